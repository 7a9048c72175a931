"""How Go describes itself: build info, VERSION, go.env, go.mod, toolchain selection, managers' layouts; bytes to data."""
