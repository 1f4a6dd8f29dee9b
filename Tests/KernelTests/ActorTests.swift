import Kernel
import Testing

@Suite struct ActorTests {
  private func actor(_ grants: Actor.Grant...) -> Actor { Actor(user: 7, name: "Ida", grants: Set(grants)) }

  @Test func `the operator may do everything`() throws {
    for noun in Actor.Noun.allCases {
      for verb in Actor.Verb.allCases { try Actor.operator.require(verb, noun, reach: .all) }
    }
  }

  @Test func `nobody may do what was not granted`() {
    let found = #expect(throws: Problem.self) { try actor().require(.edit, .customer) }
    #expect(found?.kind == .notAllowed)
    #expect(found?.mend == "Ask an administrator for the right to edit customer records.")
    #expect(throws: Problem.self) { try actor(.init(.see, .customer, .all)).require(.edit, .customer) }
    #expect(throws: Problem.self) { try actor(.init(.edit, .customer, .all)).require(.edit, .product) }
  }

  @Test func `a right must reach as far as is asked`() throws {
    let team = actor(.init(.see, .customer, .team))
    try team.require(.see, .customer)
    try team.require(.see, .customer, reach: .team)
    #expect(throws: Problem.self) { try team.require(.see, .customer, reach: .all) }
  }

  @Test func `the widest of several grants holds`() {
    let both = actor(.init(.see, .customer, .own), .init(.see, .customer, .all))
    #expect(both.reach(.see, .customer) == .all)
    #expect(both.reach(.delete, .customer) == nil)
    #expect(both.may(.see, .customer) && !both.may(.see, .purchase))
  }

  @Test func `a figure carries no number that is none`() {
    let figure = Figure(
      id: "gini", title: "Gini", value: .nan, unit: .ratio, asOf: nil, window: nil, method: "F2", explanation: "",
      n: 0, low: -.infinity, high: .infinity)
    #expect(figure.value == nil && figure.low == nil && figure.high == nil)
    #expect(Figure.weakest([.measured, .assumed, .declared]) == .assumed)
    #expect(Figure.weakest([]) == .measured)
  }

  @Test func `a page knows where the next begins`() {
    let page = Page(overfetched: [1, 2, 3], size: 2) { "\($0)" }
    #expect(page.rows == [1, 2] && page.next == "2")
    #expect(Page(overfetched: [1, 2], size: 2) { "\($0)" }.next == nil)
    #expect(Page(overfetched: [Int](), size: 2) { "\($0)" }.next == nil)
  }
}
