import Distributor
import Kernel
import Testing

@Suite(.serialized) struct IntegrityTests {
  @Test(arguments: Sample.all) func `every customer and product named exists`(sample: Sample) throws {
    let customers = try sample.rows("customers").texts("customer")
    let known = Set(customers)
    #expect(known.count == customers.count)
    for file in ["purchases", "drivers", "observations"] {
      #expect(Set(try sample.rows(file).texts("customer")).isSubset(of: known), "\(file) names an unknown customer.")
    }
    let products = try sample.rows("products").texts("product")
    #expect(Set(products).count == products.count)
    #expect(Set(try sample.rows("purchases").texts("product")).isSubset(of: Set(products)))
    let pointing = try sample.observations(.reference) + sample.observations(.referral)
    #expect(pointing.allSatisfy { known.contains($0.other) && $0.other != $0.customer })
    #expect(try sample.observations(.quote).allSatisfy { $0.other.isEmpty || known.contains($0.other) })
    let accounts = Set(try sample.accounts().values)
    #expect(sample.truth.map(\.customer) == accounts.sorted())
    #expect(Set(try sample.rows("observations").texts("customer")).isSubset(of: accounts))
  }

  @Test(arguments: Sample.all) func `parents exist and nobody is above itself`(sample: Sample) throws {
    let parents = Dictionary(uniqueKeysWithValues: sample.company.parties.map { ($0.customer, $0.parent) })
    for party in sample.company.parties {
      #expect(party.kind == .organisation || party.parent != nil)
      var (above, steps) = (party.parent, 0)
      while let code = above {
        let next = try #require(parents[code], "\(code) is above \(party.customer) and does not exist.")
        #expect(code != party.customer)
        steps += 1
        guard steps < 10 else { break }
        above = next
      }
      #expect(steps < 4)
    }
  }

  @Test(arguments: Sample.all) func `days lie within the four years and orders never after leaving`(sample: Sample)
    throws
  {
    let last = sample.company.asOf
    let first = try #require(Day("2022-01-01"))
    for file in ["purchases", "drivers", "observations"] {
      let days = try sample.rows(file).days("date")
      #expect(days.allSatisfy { $0 >= first && $0 <= last && $0.weekday <= 5 }, "\(file) leaves the four years.")
      #expect(days == days.sorted())
    }
    let dues = try sample.rows("drivers").texts("invoice_due")
    let invoices = try sample.rows("drivers").texts("invoices")
    #expect(zip(dues, invoices).allSatisfy { $0.isEmpty == $1.isEmpty })
    let prospects = Set(sample.company.parties.filter { $0.relation == .prospect }.map(\.customer))
    #expect(!prospects.isEmpty)
    #expect(prospects.isDisjoint(with: try sample.rows("purchases").texts("customer")))
  }

  @Test(arguments: Sample.all) func `a line's amount is quantity times list price less discount`(sample: Sample) throws
  {
    for row in sample.company.purchases {
      #expect(row.amount == row.quantity * row.listPrice - row.discount)
      #expect(row.isReturn == (row.quantity < 0))
    }
    let rows = sample.company.purchases
    let keys = Set(rows.map { "\($0.order) \($0.line)" })
    #expect(keys.count == rows.count)
    // An order is of one customer on one day.
    let heads = Dictionary(grouping: rows, by: \.order).values.map { Set($0.map { "\($0.customer) \($0.date)" }).count }
    #expect(heads.allSatisfy { $0 == 1 })
  }

  @Test(arguments: Sample.all) func `nothing is bought before it was launched`(sample: Sample) {
    let launched = Dictionary(uniqueKeysWithValues: sample.company.articles.map { ($0.code, $0.launched) })
    #expect(sample.company.articles.count { $0.launched != nil } >= 20)
    for row in sample.company.purchases {
      if let day = launched[row.product] ?? nil { #expect(row.date >= day) }
    }
  }

  @Test(arguments: Sample.all) func `no customer pays more than it owes, and some pay late`(sample: Sample) {
    var owed: [String: Int] = [:]
    for row in sample.company.drivers {
      owed[row.customer, default: 0] += (row.invoice ?? 0) - (row.payment ?? 0)
      #expect(owed[row.customer, default: 0] >= 0)
    }
    let (invoiced, paid) = sample.company.drivers.reduce(into: (0, 0)) { sums, row in
      sums.0 += row.invoice ?? 0
      sums.1 += row.payment ?? 0
    }
    #expect(paid < invoiced && Double(paid) > 0.9 * Double(invoiced))
  }

  @Test(arguments: Sample.all) func `referrals form a forest of links older than the newcomer`(sample: Sample) throws {
    let links = try sample.observations(.referral)
    #expect(links.count >= 50)
    #expect(Set(links.map(\.other)).count == links.count)
    let trade = try YearOfTrade(sample)
    for link in links {
      if let first = trade.orderDays[link.other]?.min() { #expect(link.day <= first) }
      #expect(try #require(trade.orderDays[link.customer]?.min()) <= link.day)
    }
  }

  @Test(arguments: Sample.all) func `the rates are what capacity costs`(sample: Sample) throws {
    let rates = sample.company.rates
    let minute = ["visit": rates.visitMinute, "call": rates.callMinute, "ticket": rates.ticketMinute]
    var used = ["visit": 0, "call": 0, "ticket": 0]
    for row in sample.company.drivers where row.date > sample.company.asOf.adding(days: -365) {
      used["visit", default: 0] += row.visitMinutes
      used["call", default: 0] += row.callMinutes
      used["ticket", default: 0] += row.ticketMinutes
    }
    for pool in sample.company.capacity {
      #expect(pool.practicalMinutes * 5 == pool.paidMinutes * 4)
      #expect(pool.cost == pool.practicalMinutes * (minute[pool.pool] ?? 0))
      #expect(used[pool.pool, default: 0] < pool.practicalMinutes)
    }
  }
}
