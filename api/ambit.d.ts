// ambit

