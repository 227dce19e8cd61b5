"""What all pages are made of: tokens, the frame of a page, the components, and the living page that shows them."""
