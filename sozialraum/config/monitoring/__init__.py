"""What build files say of monitoring: kinds of indicators, early warning, education chain."""
