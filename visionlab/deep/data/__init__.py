"""Labelled pictures: the common data sets, and any folder with one sub-folder for each class."""
