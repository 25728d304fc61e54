"""Sources of pictures: files, folders, samples, videos, cameras, streams, a test camera."""
