"""``verify``: do inputs and outputs still match the manifest."""
