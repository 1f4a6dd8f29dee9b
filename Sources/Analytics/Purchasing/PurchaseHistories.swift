import Foundation
import Kernel

/// Many purchase histories, as columns. Times are kept once in `times` and rows refer to them by index, so that
/// a model computes a logarithm once per distinct time and not once per customer.
public struct PurchaseHistories: Sendable, Equatable {
  /// The period times are counted in.
  public let unit: TimeUnit
  /// Distinct times in periods, ascending.
  let times: [Double]
  /// Repeat purchases of each row.
  let frequency: [Int32]
  /// Index into `times` of the last purchase of each row.
  let recency: [Int32]
  /// Index into `times` of the age of each row.
  let age: [Int32]
  /// How many customers each row stands for.
  let weight: [Double]
  /// Σ weight · Σ ln(interval between purchases), in periods; nil when only the summaries are known.
  public let logIntervals: Double?
  /// Distinct covariate vectors and the index of each row's vector; nil without covariates.
  let covariates: CovariateIndex?
  /// Whether equal rows have been merged and sorted.
  let isCompressed: Bool

  init(
    unit: TimeUnit, times: [Double], frequency: [Int32], recency: [Int32], age: [Int32], weight: [Double],
    logIntervals: Double?, covariates: CovariateIndex? = nil, isCompressed: Bool = false
  ) {
    self.unit = unit
    self.times = times
    self.frequency = frequency
    self.recency = recency
    self.age = age
    self.weight = weight
    self.logIntervals = logIntervals
    self.covariates = covariates
    self.isCompressed = isCompressed
  }

  /// Rows held; after compression fewer than customers.
  public var rowCount: Int { frequency.count }

  /// Customers, as the sum of the weights.
  public var customers: Double { weight.reduce(0, +) }

  /// Customers with at least one repeat purchase.
  public var repeatCustomers: Double {
    var sum = 0.0
    for row in 0..<rowCount where frequency[row] > 0 { sum += weight[row] }
    return sum
  }

  /// All repeat purchases.
  public var repeatPurchases: Double {
    var sum = 0.0
    for row in 0..<rowCount { sum += weight[row] * Double(frequency[row]) }
    return sum
  }

  /// The history of a row; nil outside 0..<rowCount.
  public subscript(row: Int) -> PurchaseHistory? {
    guard frequency.indices.contains(row) else { return nil }
    return history(row)
  }

  /// How many customers a row stands for; 0 outside 0..<rowCount.
  public func weight(of row: Int) -> Double { weight.indices.contains(row) ? weight[row] : 0 }

  func history(_ row: Int) -> PurchaseHistory {
    PurchaseHistory(trusted: Int(frequency[row]), times[Int(recency[row])], times[Int(age[row])])
  }

  /// Reads columns of summaries, one row per customer or per group of `weights` equal customers.
  ///
  /// Refused with the column and the row: counts that are not whole, times that contradict one another, ages of
  /// zero, negative weights, columns of unequal length. Rows of weight 0 are left out.
  public init(
    frequency: [Double], recency: [Double], age: [Double], weight: [Double]? = nil, unit: TimeUnit = .week,
    logIntervals: Double? = nil
  ) throws {
    try PurchaseHistories.checkLengths(
      frequency: frequency.count, recency: recency.count, age: age.count, weight?.count)
    for row in frequency.indices {
      try PurchaseHistory.check(frequency: frequency[row], recency: recency[row], age: age[row], row: row)
      guard age[row] > 0 else {
        throw Problem(
          .invalid, field: "age", "Row \(row + 1): an age of zero says nothing about the customer.",
          mend: "Leave out customers won on the last day.", facts: [.init("row", String(row + 1))])
      }
      if let given = weight?[row], !(given >= 0 && given <= 1e12) {
        throw Problem(
          .invalid, field: "weight", "Row \(row + 1): a weight is a number from 0.",
          mend: "Give the number of customers the row stands for.", facts: [.init("row", String(row + 1))])
      }
    }
    let kept = frequency.indices.filter { (weight?[$0] ?? 1) > 0 }
    let lookup = DistinctTimes(kept.flatMap { [recency[$0], max(age[$0], recency[$0])] })
    self.init(
      unit: unit, times: lookup.times, frequency: kept.map { Int32(frequency[$0]) },
      recency: kept.map { lookup.index(of: recency[$0]) },
      age: kept.map { lookup.index(of: max(age[$0], recency[$0])) },
      weight: kept.map { weight?[$0] ?? 1 }, logIntervals: logIntervals)
  }

  /// The same as columns, from single histories of one customer each.
  public init(_ histories: [PurchaseHistory], unit: TimeUnit = .week, logIntervals: Double? = nil) {
    let lookup = DistinctTimes(histories.flatMap { [$0.recency, $0.age] })
    self.init(
      unit: unit, times: lookup.times, frequency: histories.map { Int32(clamping: $0.frequency) },
      recency: histories.map { lookup.index(of: $0.recency) }, age: histories.map { lookup.index(of: $0.age) },
      weight: [Double](repeating: 1, count: histories.count), logIntervals: logIntervals)
  }

  private static func checkLengths(frequency: Int, recency: Int, age: Int, _ weight: Int?) throws {
    let lengths = [("recency", recency), ("age", age), ("weight", weight ?? frequency)]
    for (field, length) in lengths where length != frequency {
      throw Problem(
        .invalid, field: field, "The column has \(length) rows where frequency has \(frequency).",
        mend: "Give columns of equal length.")
    }
  }

  /// Throws when no purchase model can be fitted: nobody, nobody watched for any time, or nobody who bought again.
  func checkFittable() throws {
    guard rowCount > 0 else {
      throw Problem(.invalid, field: "customer", "There are no customers.", mend: "Give at least one purchase.")
    }
    guard age.contains(where: { times[Int($0)] > 0 }) else {
      throw Problem(
        .invalid, field: "date", "All purchases were made on the last day of observation, so nobody has any age.",
        mend: "Give a longer history, or a later end.")
    }
    guard frequency.contains(where: { $0 > 0 }) else {
      throw Problem(
        .invalid, field: "date", "No customer bought on a second day, so nothing can be learnt about repeat purchases.",
        mend: "Give a longer history.")
    }
  }
}

/// The distinct values among some times, and where each stands.
struct DistinctTimes {
  let times: [Double]
  private let places: [Double: Int32]

  init(_ values: [Double]) {
    times = Set(values).sorted()
    var places = [Double: Int32](minimumCapacity: times.count)
    for (index, time) in times.enumerated() { places[time] = Int32(clamping: index) }
    self.places = places
  }

  func index(of time: Double) -> Int32 { places[time] ?? 0 }
}
