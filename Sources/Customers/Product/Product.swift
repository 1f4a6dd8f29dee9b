import Kernel

/// What is sold.
package struct Product: Sendable, Equatable, Codable {
  package let id: ID<Product>
  package let externalID: String
  package let name: String
  /// The path of categories it stands in, outermost first.
  package let category: String?
  package let supplier: String?
  package let brand: String?
}

/// A product as a feed tells of it.
package struct ProductArrival: Sendable {
  package let key: String
  package var name: String?
  /// Outermost first.
  package var categories: [String]
  package var supplier: String?
  package var brand: String?
  package var line: Int

  package init(
    key: String, name: String? = nil, categories: [String] = [], supplier: String? = nil, brand: String? = nil,
    line: Int = 0
  ) {
    self.key = key
    self.name = name
    self.categories = categories
    self.supplier = supplier
    self.brand = brand
    self.line = line
  }
}
