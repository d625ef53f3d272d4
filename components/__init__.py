"""What is drawn on the screen: values and callbacks in, events out."""
