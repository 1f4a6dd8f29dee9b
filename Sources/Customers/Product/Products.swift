import Kernel
import Store

/// The products of the company and their categories: every statement on their tables.
package struct Products: Sendable {
  package init() {}

  /// Whether a source has named any product yet.
  package static func knows(_ source: ID<Source>, in tx: Transaction) throws -> Bool {
    try tx.value("SELECT 1 FROM product WHERE source_id = \(source) LIMIT 1", as: Int.self) != nil
  }

  /// Finds the products a source knows under some keys, and makes those that are new.
  /// - Parameter areNew: the caller knows that none of them is in the store yet.
  package static func resolve(
    _ arrivals: [ProductArrival], source: ID<Source>, importID: Int64, areNew: Bool = false, in tx: Transaction
  ) throws -> (ids: [String: ID<Product>], made: Int) {
    var ids: [String: ID<Product>] = [:]
    ids.reserveCapacity(arrivals.count)
    for chunk in areNew ? [] : arrivals.chunks(of: 400) {
      try tx.each(
        "SELECT external_id, id FROM product WHERE source_id = \(source) AND external_id IN (\(list: chunk.map(\.key)))"
      ) { ids[try $0(0)] = try $0(1, as: ID<Product>.self) }
    }
    var fresh: [ProductArrival] = []
    for arrival in arrivals where ids[arrival.key] == nil {
      ids[arrival.key] = ID(0)
      fresh.append(arrival)
    }
    let numbers = try tx.newIDs(fresh.count)
    var next = zip(fresh, numbers).makeIterator()
    for (arrival, number) in zip(fresh, numbers) { ids[arrival.key] = ID(number) }
    try tx.insert(into: "product", ["id", "source_id", "external_id", "name", "folded", "import_id"]) {
      next.next().map { arrival, number in
        let name = arrival.name ?? arrival.key
        return [
          .int(number), source.stored, .text(arrival.key), .text(name), .text(Text.folded(name)), .int(importID),
        ]
      }
    }
    return (ids, fresh.count)
  }

  /// Takes in what a feed tells of products. What it does not tell stays.
  /// - Returns: how many were made, and how many rows changed one that was there.
  package static func merge(
    _ arrivals: [ProductArrival], source: ID<Source>, importID: Int64, changes: inout ChangeLog,
    categories: inout [[String]: ID<Category>], in tx: Transaction
  ) throws -> (made: Int, changed: Int) {
    let (ids, made) = try resolve(arrivals, source: source, importID: importID, in: tx)
    var changed = 0
    for arrival in arrivals {
      guard let id = ids[arrival.key] else { continue }
      let category = try arrival.categories.isEmpty ? nil : self.category(arrival.categories, &categories, in: tx)
      guard let before = try tx.first("SELECT * FROM product WHERE id = \(id)", FormerProduct.init(row:)) else {
        continue
      }
      let after = FormerProduct(
        id: id, name: arrival.name ?? before.name, category: category ?? before.category,
        supplier: arrival.supplier ?? before.supplier, brand: arrival.brand ?? before.brand, importID: before.importID)
      guard after != before else { continue }
      if before.importID != importID {
        try changes.record("product", before)
        changed += 1
      }
      try write(after, in: tx)
    }
    return (made, changed)
  }

  private static func write(_ product: FormerProduct, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE product SET name = \(product.name), folded = \(Text.folded(product.name)),
        category_id = \(product.category), supplier = \(product.supplier), brand = \(product.brand),
        version = version + 1 WHERE id = \(product.id)
      """)
  }

  /// The category at the end of a path, made with those above it when new.
  private static func category(
    _ path: [String], _ known: inout [[String]: ID<Category>], in tx: Transaction
  ) throws -> ID<Category>? {
    if let found = known[path] { return found }
    guard let name = path.last else { return nil }
    let parent = try category(Array(path.dropLast()), &known, in: tx)
    let above: Statement = parent.map { "parent_id = \($0)" } ?? "parent_id IS NULL"
    let id: ID<Category>
    if let found = try tx.value(
      "SELECT id FROM product_category WHERE \(above) AND name = \(name)", as: ID<Category>.self)
    {
      id = found
    } else {
      id = try tx.newID()
      try tx.run("INSERT INTO product_category (id, parent_id, name) VALUES (\(id), \(parent), \(name))")
    }
    known[path] = id
    return id
  }

  /// Puts products back as they were before an import, and removes those it made and nobody bought.
  package static func undo(importID: Int64, changes: [ChangeLog.Entry], in tx: Transaction) throws {
    for entry in changes.reversed() where entry.noun == "product" {
      try write(try entry.decoded(as: FormerProduct.self), in: tx)
    }
    try tx.run(
      """
      DELETE FROM product WHERE import_id = \(importID)
        AND id NOT IN (SELECT product_id FROM purchase_line WHERE product_id IS NOT NULL)
      """)
    // Leaf by leaf: a category lives as long as a product or another category stands in it.
    var emptied = 1
    while emptied > 0 {
      emptied = try tx.run(
        """
        DELETE FROM product_category WHERE id NOT IN (SELECT category_id FROM product WHERE category_id IS NOT NULL)
          AND id NOT IN (SELECT parent_id FROM product_category WHERE parent_id IS NOT NULL)
        """)
    }
  }

  /// A group of products.
  package enum Category {}

  struct FormerProduct: Codable, Equatable {
    let id: ID<Product>
    let name: String
    let category: ID<Category>?
    let supplier: String?
    let brand: String?
    let importID: Int64?
  }
}

extension Products.FormerProduct {
  init(row: Row) throws {
    try self.init(
      id: row("id"), name: row("name"), category: row("category_id"), supplier: row("supplier"), brand: row("brand"),
      importID: row("import_id"))
  }
}
