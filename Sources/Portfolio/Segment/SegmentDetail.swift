import Customers
import Kernel
import Tabular
import Web

/// One segment with a page of its customers, as programs get it.
struct SegmentDetail: Encodable, Sendable {
  struct Member: Encodable {
    let id: ID<Customer>
    let customer: String
    let sales: Double
    let contribution: Double?
  }

  struct Step: Encodable {
    let step: String
    let money: Double
    let customers: Int
  }

  let id: ID<Segment>?
  let name: String
  let segmentation: ID<Segmentation>
  let rule: String?
  let conditions: [String]?
  let customers: Int
  let sales: Double
  let growth: Double?
  let walk: [Step]
  let contribution: Double?
  let members: [Member]
  let next: Int?

  init(_ profile: SegmentSheet.Profile, _ sheet: SegmentSheet, keys: [ID<Customer>: String], from: Int) {
    let scale = Double(sheet.base.currency.minorPerMajor)
    id = profile.part?.id
    name = profile.name
    segmentation = sheet.segmentation.id
    rule = profile.part?.segment.rule.sentence(sheet.base.currency)
    conditions = profile.part?.segment.rule.written(sheet.base.currency)
    customers = profile.customers.count
    sales = Double(profile.sales) / scale
    growth = profile.growth
    walk = profile.walk.lines.map {
      Step(step: $0.step.word, money: Double($0.minor) / scale, customers: $0.customers)
    }
    contribution = profile.walk.contribution.map { Double($0) / scale }
    members = profile.customers.dropFirst(from).prefix(200).map { customer in
      Member(
        id: customer, customer: keys[customer] ?? "\(customer)",
        sales: Double(sheet.base.sales[customer] ?? 0) / scale,
        contribution: sheet.base.contribution[customer]?.contribution.map { Double($0) / scale })
    }
    next = from + 200 < profile.customers.count ? from + 200 : nil
  }
}
