"""Number format for Chinese: groups of three, as in print. Django's groups of four are spoken."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
