import Records

extension CostDrivers {
  package static let mergePart = MergePart.rows(
    "cost driver", of: .customer, table: "cost_driver", column: "customer_id", one: "cost driver", many: "cost drivers")
}
