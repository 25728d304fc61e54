"""Networks: models, data, training. Everything that imports torch lives here."""
