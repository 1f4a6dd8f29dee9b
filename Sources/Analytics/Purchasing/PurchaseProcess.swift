import Kernel

/// A purchase model with known parameters: how customers buy and leave.
public protocol PurchaseProcess: Sendable, Equatable {
  associatedtype CustomerOutlook: Outlook

  /// The model's name.
  var name: ModelName { get }
  /// In the order of `name.parameterNames`, all positive.
  var parameters: [Double] { get }
  /// The same model with other parameters.
  func with(parameters: [Double]) -> Self
  /// What to expect of a customer with this history.
  func outlook(for history: PurchaseHistory) -> CustomerOutlook
  /// What to expect of a customer who has just made the first purchase.
  var newCustomer: CustomerOutlook { get }

  /// How many unseen states a customer who still buys can be in: 1, or k with Erlang-k times.
  var stages: Int { get }
  /// The chance that the customer is still buying and in each stage; the sum is P(alive).
  func aliveByStage(_ history: PurchaseHistory) -> [Double]
  /// P(alive), without any arrays.
  func aliveProbability(_ history: PurchaseHistory) -> Double
  /// The chance of still buying and being in each stage, for every row: `stages` numbers for each.
  func aliveColumn(_ histories: PurchaseHistories) -> [Double]
  /// What to expect of somebody who still buys and is in the given stage, from 0.
  func outlookIfAlive(frequency: Int, age: Double, stage: Int) -> CustomerOutlook
  /// How many purchases somebody who still buys makes in the next `periods`, by stage.
  func countsIfAlive(frequency: Int, age: Double, periods: Double) -> CountsIfAlive
  /// Expected purchases in each of `horizons`, ascending, by somebody who still buys: one array per stage.
  func expectationsIfAlive(frequency: Int, age: Double, horizons: [Double]) -> [[Double]]

  /// Times of repeat purchases within `age` periods of a new customer, drawn by chance.
  func drawPurchases(over age: Double, using chance: inout Chance) -> [Double]
}

/// What is to be expected of one customer from the end of observation on.
public protocol Outlook: Sendable {
  /// The chance that the customer will ever buy again, in the sense of the model.
  var pAlive: Double { get }
  /// Expected purchases in the next `periods`.
  func expectedPurchases(in periods: Double) -> Double
  /// The chances of 0, 1, 2 … purchases in the next `periods`, until what is left out is under 1e-10 or
  /// `limit` is reached.
  func distribution(in periods: Double, limit: Int) -> [Double]
  /// Purchases to be expected for ever, each discounted continuously at `rate` per period (DERT).
  func discountedPurchases(rate: Double) -> Double
}

extension Outlook {
  /// The chance of no purchase in the next `periods`.
  public func probabilityOfNone(in periods: Double) -> Double { distribution(in: periods, limit: 0).first ?? 1 }

  /// The chance of exactly `count` purchases in the next `periods`.
  public func probability(of count: Int, in periods: Double) -> Double {
    let chances = distribution(in: periods, limit: max(0, count))
    return chances.indices.contains(count) ? chances[count] : 0
  }

  /// DERT at an annual discount rate, such as 0.15, for a model that counts time in `unit`: the continuous rate is
  /// ln(1 + annual) / periods per year.
  public func discountedPurchases(annualRate: Double, unit: TimeUnit) throws -> Double {
    discountedPurchases(rate: try Discount(annualRate: annualRate, unit: unit).continuousRate)
  }
}

/// Limits of outlooks.
enum Outlooks {
  /// Periods further ahead than this are taken as this many.
  static let longest = 1e9
}

extension PurchaseProcess {
  public var stages: Int { 1 }
  public func aliveByStage(_ history: PurchaseHistory) -> [Double] { [aliveProbability(history)] }

  public func aliveColumn(_ histories: PurchaseHistories) -> [Double] {
    let stages = self.stages
    if stages == 1 {
      return Parallel.fill(histories.rowCount, with: 0) { range, slots in
        for row in range { slots[row] = aliveProbability(histories.history(row)) }
      }
    }
    let parts = Parallel.slices(of: histories.rowCount) { range in
      range.flatMap { aliveByStage(histories.history($0)) }
    }
    return parts.gathered { $0 }
  }

  public func expectationsIfAlive(frequency: Int, age: Double, horizons: [Double]) -> [[Double]] {
    (0..<stages).map { stage in
      let outlook = outlookIfAlive(frequency: frequency, age: age, stage: stage)
      return horizons.map { outlook.expectedPurchases(in: $0) }
    }
  }

  /// The history that results from drawing the purchases of a new customer over `age` periods.
  public func drawHistory(over age: Double, using chance: inout Chance) -> PurchaseHistory {
    let times = drawPurchases(over: age, using: &chance)
    return PurchaseHistory(trusted: times.count, times.last ?? 0, age)
  }
}
