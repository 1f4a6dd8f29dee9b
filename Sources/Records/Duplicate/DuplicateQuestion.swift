import Kernel
import Store

/// Which pairs a list is asked for.
package struct DuplicateQuestion: Sendable {
  package let noun: String
  package let state: Duplicate.State
  package let after: String?
  package let size: Int

  package init(noun: String, state: Duplicate.State = .open, after: String? = nil, size: Int = 50) {
    self.noun = noun
    self.state = state
    self.after = after
    self.size = min(max(size, 1), 200)
  }

  /// The pairs after the place.
  func place() throws -> Statement {
    guard let after else { return "TRUE" }
    let parts = after.split(separator: "~")
    guard parts.count == 3, let weight = Double(parts[0]), weight.isFinite, let low = Int64(parts[1]),
      let high = Int64(parts[2])
    else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    return """
      (p.weight < \(weight) OR (p.weight = \(weight)
        AND (p.low_id > \(low) OR (p.low_id = \(low) AND p.high_id > \(high)))))
      """
  }
}
