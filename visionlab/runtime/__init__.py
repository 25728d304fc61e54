"""What happens between the window and the work: lanes, the live feed, the session. QtCore only."""
