import Kernel

/// What all records of a list come to, on whichever page one stands.
package struct RecordTotals: Sendable, Equatable {
  package let count: Int
  /// By field, of the columns shown; a sum too large to be told exactly is left out.
  package let sums: [String: FieldValue]
}
