extension Migration {
  /// What is sold, and the tree of categories it stands in.
  static let products = Migration(4, "products", owner: "Customers") { d in
    [
      """
      CREATE TABLE product_category (
        id \(d.int) PRIMARY KEY, parent_id \(d.int) REFERENCES product_category, name \(d.text) NOT NULL,
        UNIQUE (parent_id, name)
      ) \(d.strict)
      """,
      // No foreign key to the source, as with purchases.
      """
      CREATE TABLE product (
        id \(d.int) PRIMARY KEY, source_id \(d.int) NOT NULL, external_id \(d.text) NOT NULL,
        name \(d.text) NOT NULL, folded \(d.text) NOT NULL, category_id \(d.int) REFERENCES product_category,
        supplier \(d.text), brand \(d.text), import_id \(d.int), version \(d.int) NOT NULL DEFAULT 1,
        UNIQUE (source_id, external_id)
      ) \(d.strict)
      """,
    ]
  }
}
