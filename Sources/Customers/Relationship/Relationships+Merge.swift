import Records

extension Relationships {
  /// How two customers that become one stand to others. What stood between the two is no relationship any more, and is
  /// one again when the merge is undone.
  package static let mergeParts = [
    MergePart.rows(
      "relationship", of: .customer, table: "relationship", column: "customer_id", one: "relationship",
      many: "relationships"),
    MergePart.rows(
      "relationship of another", of: .customer, table: "relationship", column: "other_id",
      one: "relationship of another", many: "relationships of others"),
  ]
}
