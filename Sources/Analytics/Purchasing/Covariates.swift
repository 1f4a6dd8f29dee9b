import Kernel

/// Which distinct vector of static covariates each row of some histories has.
struct CovariateIndex: Sendable, Equatable {
  let names: [String]
  let vectors: [[Double]]
  let row: [Int32]

  func selecting(_ rows: [Int]) -> CovariateIndex {
    CovariateIndex(names: names, vectors: vectors, row: rows.map { row[$0] })
  }
}

extension PurchaseHistories {
  /// The same histories with their covariates forgotten.
  public var withoutCovariates: PurchaseHistories {
    guard covariates != nil else { return self }
    return PurchaseHistories(
      unit: unit, times: times, frequency: frequency, recency: recency, age: age, weight: weight,
      logIntervals: logIntervals)
  }

  /// The names of the covariates; empty without any.
  public var covariateNames: [String] { covariates?.names ?? [] }

  /// The same histories with static covariates: one vector per row, in the order of `names`.
  ///
  /// Refused: a vector too few or too many, numbers that are not finite, a covariate that is the same for everybody.
  public func with(covariates vectors: [[Double]], names: [String]) throws -> PurchaseHistories {
    guard vectors.count == rowCount else {
      throw Problem(
        .invalid, field: "covariates", "There are \(vectors.count) rows of covariates for \(rowCount) customers.",
        mend: "Give one row for each customer.")
    }
    for (row, vector) in vectors.enumerated() {
      guard vector.count == names.count, vector.allSatisfy(\.isFinite) else {
        throw Problem(
          .invalid, field: "covariates", "Row \(row + 1) does not hold \(names.count) numbers.",
          mend: "Fill every cell with a number.", facts: [.init("row", String(row + 1))])
      }
    }
    for (column, name) in names.enumerated() where Set(vectors.map { $0[column] }).count < 2 {
      throw Problem(
        .invalid, field: name, "The covariate is the same for every customer.", mend: "Leave the column out.")
    }
    let distinct = Set(vectors).sorted { $0.lexicographicallyPrecedes($1) }
    var places = [[Double]: Int32](minimumCapacity: distinct.count)
    for (index, vector) in distinct.enumerated() { places[vector] = Int32(clamping: index) }
    return PurchaseHistories(
      unit: unit, times: times, frequency: frequency, recency: recency, age: age, weight: weight,
      logIntervals: logIntervals,
      covariates: CovariateIndex(names: names, vectors: distinct, row: vectors.map { places[$0] ?? 0 }))
  }
}
