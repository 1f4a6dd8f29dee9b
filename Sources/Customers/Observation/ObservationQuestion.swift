import Kernel
import Store

/// What a list of observations is asked for.
package struct ObservationQuestion: Sendable, Equatable {
  package var customer: ID<Customer>?
  package var kind: Observation.Kind?
  package var after: String?
  package var size: Int

  package init(customer: ID<Customer>? = nil, kind: Observation.Kind? = nil, after: String? = nil, size: Int = 50) {
    self.customer = customer
    self.kind = kind
    self.after = after
    self.size = min(max(size, 1), 200)
  }

  /// The conditions, without the place.
  var conditions: [Statement] {
    var all: [Statement] = []
    if let customer { all.append("o.customer_id = \(customer)") }
    if let kind { all.append("o.kind = \(kind)") }
    return all
  }

  /// Rows after the place, the newest first.
  func place() throws -> Statement? {
    guard let after else { return nil }
    let parts = after.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 2, let day = Int32(parts[0]), let id = ID<Observation>(text: parts[1]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    return "(o.day, o.id) < (\(Day(day)), \(id))"
  }
}
