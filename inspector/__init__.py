"""Go Inspector: which go runs where and why, what this kernel can do, who is page-faulting."""

__version__ = "0.1.0"
