variable "project" {
  description = "Name of the Aiven project."
  type        = string
}

variable "service_integration_id" {
  description = "ID of the integration that the table is part of."
  type        = string
}

variable "name" {
  description = "Name of the table."
  type        = string
}

variable "columns" {
  description = "Types of the columns, by name."
  type        = map(string)
}

variable "topic" {
  description = "The topic to read."
  type        = string
}
