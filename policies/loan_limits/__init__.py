"""County loan limits as FHFA and HUD publish them."""
