locals {
  payment = jsonencode({
    type = "record"
    name = "Payment"
    fields = [
      { name = "id", type = { type = "string", logicalType = "uuid" } },
      { name = "state", type = { type = "enum", name = "State", symbols = ["OPEN", "PAID"] } },
      { name = "payer", type = { type = "record", name = "Payer", fields = [{ name = "iban", type = "string" }] } },
      { name = "trace", type = ["null", "Payment"] },
    ]
  })

  # id UUID, state String, payer.iban String
  columns = provider::aiven::columns_from_avro(local.payment, {
    nested = "flatten"
    enums  = "string"
    omit   = "trace"
  })
}
