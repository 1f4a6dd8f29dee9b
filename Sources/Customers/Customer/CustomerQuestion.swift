import Foundation
import Kernel
import Store

/// What a list of customers is asked for: words to find, a kind, an order, a place to go on.
package struct CustomerQuestion: Sendable, Equatable {
  package enum Order: String, Sendable, CaseIterable {
    case name, added
  }

  package var words: String
  package var kind: Customer.Kind?
  package var order: Order
  package var isDescending: Bool
  package var after: String?
  package var size: Int

  package init(
    words: String = "", kind: Customer.Kind? = nil, order: Order = .name, isDescending: Bool = false,
    after: String? = nil, size: Int = 50
  ) {
    self.words = words
    self.kind = kind
    self.order = order
    self.isDescending = isDescending
    self.after = after
    self.size = min(max(size, 1), 200)
  }

  /// The conditions, without the place.
  var conditions: [Statement] {
    var all: [Statement] = []
    if let kind { all.append("c.kind = \(kind)") }
    for word in words.precomposedStringWithCanonicalMapping.split(separator: " ").prefix(5) {
      let pattern = "%" + CustomerQuestion.escaped(Text.folded(String(word))) + "%"
      all.append(
        """
        (c.folded LIKE \(pattern) ESCAPE '!'
          OR c.id IN (SELECT k.customer_id FROM customer_key k WHERE k.external_id = \(String(word))))
        """)
    }
    return all
  }

  private static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(60) {
      if scalar == "%" || scalar == "_" || scalar == "!" { escaped.append("!") }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  /// Rows after the place, in the order.
  func place() throws -> Statement? {
    guard let after else { return nil }
    let parts = after.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let id = ID<Customer>(text: parts[0]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    let folded = String(parts[1])
    switch (order, isDescending) {
    case (.name, false): return "(c.folded, c.id) > (\(folded), \(id))"
    case (.name, true): return "(c.folded, c.id) < (\(folded), \(id))"
    case (.added, false): return "c.id > \(id)"
    case (.added, true): return "c.id < \(id)"
    }
  }

  func cursor(_ id: ID<Customer>, folded: String) -> String {
    "\(id)~\(order == .name ? folded : "")"
  }

  var ordering: Statement {
    switch (order, isDescending) {
    case (.name, false): "c.folded, c.id"
    case (.name, true): "c.folded DESC, c.id DESC"
    case (.added, false): "c.id"
    case (.added, true): "c.id DESC"
    }
  }
}
