// @ambit/resource

