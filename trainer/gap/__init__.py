"""The gap between training mode and evaluation mode: how far the same network, with the same weights, gives
something else on the same batches. Asked for on demand; BatchNorm's running statistics are its usual cause.
"""
