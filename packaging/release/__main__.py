"""`sh packaging/bootstrap package [appimage] [deb] [wheel]`: what is handed to people, built from this checkout."""

import argparse
import sys
from pathlib import Path

import bundle
import deb
import image
import sbom

KINDS = ("appimage", "deb", "wheel")
# No address is published yet; whoever publishes passes theirs.
NO_UPDATES = ""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="packaging/bootstrap package", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="|".join(KINDS), help="what to build (default: all)")
    parser.add_argument("--output", type=Path, default=bundle.TOP / "dist", metavar="DIR")
    parser.add_argument("--work", type=Path, default=bundle.TOP / "build/release", metavar="DIR", help="folder for what is made on the way")
    parser.add_argument("--runtime", type=Path, metavar="FILE", help="another AppImage type 2 runtime instead of ours")
    parser.add_argument("--update-information", default=NO_UPDATES, metavar="TEXT", help="e.g. zsync|https://…/latest.AppImage.zsync")
    parser.add_argument("--address", default="", metavar="URL", help="where the project is published: homepage and pictures for software centres")
    parser.add_argument("--fast", action="store_true", help="compress less: for trying things out")
    options = parser.parse_args()
    unknown = set(options.kinds) - set(KINDS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    """Build what was asked for, and say on stdout which files came out."""
    options = arguments()
    kinds = options.kinds or list(KINDS)
    work, output = options.work.resolve(), options.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    if "wheel" in kinds:
        made.append(bundle.build_wheel(output))
    if {"appimage", "deb"} & set(kinds):
        tree = bundle.make(work)
        if "deb" in kinds:
            made.append(deb.make(tree, work, output, address=options.address))
        if "appimage" in kinds:
            made.append(
                image.make(
                    tree, work, output,
                    runtime=options.runtime, update_information=options.update_information, address=options.address, fast=options.fast,
                )
            )
            made.append(made[-1].with_name(made[-1].name + ".zsync"))
        made.append(sbom.write(tree, output / f"go-inspector-{bundle.project()['version']}.cdx.json"))
    image.write_sums(output, [path.name for path in made])
    print(*made, output / "SHA256SUMS", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
