"""Documents as PyTorch source, and back."""
