"""The window. Widgets only; imports neither cv2 nor torch."""
