"""The points behind the pictures of a diagnostic sheet, and the car's newest readings."""
