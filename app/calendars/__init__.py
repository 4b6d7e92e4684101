"""The calendar of working days as the centre has imported it."""
