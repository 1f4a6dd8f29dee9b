import Kernel

/// How many repeat orders with spend customers made and what they spent on average, as columns.
public struct SpendHistories: Sendable, Equatable {
  /// Orders behind each mean, at least 1.
  let orders: [Int32]
  /// Mean amount per order, more than 0, in major units.
  let mean: [Double]
  /// How many customers each row stands for.
  let weight: [Double]

  /// Customers, as the sum of the weights.
  public var customers: Double { weight.reduce(0, +) }

  /// Rows held.
  public var rowCount: Int { orders.count }

  /// Reads columns; customers without orders or with a mean of zero are left out, since a mean of nothing says
  /// nothing about spend. Refused with the column and row: counts that are not whole, negative means or weights.
  public init(orders: [Double], mean: [Double], weight: [Double]? = nil) throws {
    guard orders.count == mean.count, weight.map({ $0.count == mean.count }) ?? true else {
      throw Problem(
        .invalid, field: "monetary", "The columns have unequal length.", mend: "Give one value per customer.")
    }
    func refuse(_ field: String, _ row: Int, _ message: String) -> Problem {
      Problem(
        .invalid, field: field, "Row \(row + 1): \(message)", mend: "Correct the value or leave the customer out.",
        facts: [.init("row", String(row + 1))])
    }
    for row in orders.indices {
      guard orders[row].isFinite, orders[row] >= 0, orders[row] == orders[row].rounded(),
        orders[row] <= Double(PurchaseHistory.mostPurchases)
      else { throw refuse("frequency", row, "a count of orders is a whole number from 0.") }
      guard mean[row].isFinite, mean[row] >= 0 else {
        throw refuse("monetary", row, "a mean amount is a number from 0.")
      }
      if let given = weight?[row], !(given >= 0 && given <= 1e12) {
        throw refuse("weight", row, "a weight is a number from 0.")
      }
    }
    let kept = orders.indices.filter { orders[$0] > 0 && mean[$0] > 0 && (weight?[$0] ?? 1) > 0 }
    self.orders = kept.map { Int32(orders[$0]) }
    self.mean = kept.map { mean[$0] }
    self.weight = kept.map { weight?[$0] ?? 1 }
  }

  init(trustedOrders orders: [Int32], mean: [Double]) {
    let kept = orders.indices.filter { orders[$0] > 0 && mean[$0] > 0 }
    self.orders = kept.map { orders[$0] }
    self.mean = kept.map { mean[$0] }
    weight = [Double](repeating: 1, count: kept.count)
  }

  init(orders: [Int32], mean: [Double], weight: [Double]) {
    self.orders = orders
    self.mean = mean
    self.weight = weight
  }

  /// Equal rows merged, sorted by orders and mean.
  func compressed() -> SpendHistories {
    let order = orders.indices.sorted { (orders[$0], mean[$0]) < (orders[$1], mean[$1]) }
    var (newOrders, newMean, newWeight): ([Int32], [Double], [Double]) = ([], [], [])
    for row in order {
      if let last = newOrders.last, last == orders[row], newMean[newMean.count - 1] == mean[row] {
        newWeight[newWeight.count - 1] += weight[row]
      } else {
        newOrders.append(orders[row])
        newMean.append(mean[row])
        newWeight.append(weight[row])
      }
    }
    return SpendHistories(orders: newOrders, mean: newMean, weight: newWeight)
  }
}
