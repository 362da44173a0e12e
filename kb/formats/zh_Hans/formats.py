"""Chinese numbers as they are written today: Django groups them by four, as they are spoken."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
