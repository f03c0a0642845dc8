"""Tables as delivered: csv, xlsx, xls, ods, dbf, read exactly."""
