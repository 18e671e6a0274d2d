"""What may be written into a canvas before it is drawn."""
