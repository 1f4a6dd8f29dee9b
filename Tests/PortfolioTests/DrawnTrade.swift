import Analytics
import Kernel

/// A year of trade with customers who buy at rates of their own and leave: what a model needs to be fitted.
struct DrawnTrade {
  /// At most one a day for each customer.
  let orders: [(customer: Int, day: Day, cents: Int64)]

  /// - Parameter days: from 2024-01-01.
  init(customers: Int, seed: UInt64, days: Int = 364) {
    var chance = Chance(seed: seed)
    let (rates, leaving) = ([0.004, 0.01, 0.03, 0.06, 0.12], [0.05, 0.2, 0.5])
    let start = Day(year: 2024, month: 1, day: 1) ?? Day(0)
    var orders: [(customer: Int, day: Day, cents: Int64)] = []
    for customer in 1...customers {
      let rate = rates[Int(chance.uniform() * 5) % 5]
      let (leave, mean) = (leaving[Int(chance.uniform() * 3) % 3], 20 + 80 * chance.uniform())
      var day = Int(chance.uniform() * Double(days) * 0.75)
      repeat {
        let cents = Int64((mean * (0.5 + chance.uniform())).rounded()) * 100
        orders.append((customer, start.adding(days: day), cents))
        if chance.uniform() < leave { break }
        day += max(1, Int(chance.exponential(rate: rate).rounded()))
      } while day < days
    }
    self.orders = orders
  }

  /// Goods cost 80 % with odd customers and 40 % with even ones.
  var file: String {
    orders.enumerated().reduce(into: "customer,order,line,date,amount,unit cost,quantity\n") { text, order in
      let (euros, id) = (order.element.cents / 100, order.element.customer)
      let cost = euros * (id % 2 == 1 ? 80 : 40)
      text +=
        "C\(id),O\(order.offset),1,\(order.element.day),\(euros).00,\(cost / 100).\(cost % 100 < 10 ? "0" : "")\(cost % 100),1\n"
    }
  }

  /// The same without what goods cost.
  var plainFile: String {
    orders.enumerated().reduce(into: "customer,order,date,amount\n") { text, order in
      text += "C\(order.element.customer),O\(order.offset),\(order.element.day),\(order.element.cents / 100).00\n"
    }
  }

  func minor(of customer: Int) -> Int64 { orders.reduce(0) { $1.customer == customer ? $0 + $1.cents : $0 } }
}
