import Conditions
import Foundation
import HTTPTypes
import Kernel
import Server
import Testing
import Web

/// Every route asked by every role with a record of their own, of their team and of another team: nobody gets more than
/// the grants of their role say, and nothing breaks.
@Suite struct RightsMatrixTests {
  @Test func `every address with a variable part has a record to ask it with`() async throws {
    let routes = try await withHouse { $0.table.routes }
    for route in routes where route.path.contains("{") {
      #expect(
        RouteSample.of(route.path) != nil,
        """
        Nothing says which record \(route.method.rawValue) \(route.path) is asked with: add a line to \
        Tests/ServerTests/RouteSamples.swift with the beginning of that address and whose record it is.
        """)
    }
  }

  @Test func `nobody reads more than their role grants`() async throws {
    try await withHouse { house in
      let company = try await SampleCompany(house)
      for route in house.table.routes where route.method == .get { try await ask(route, company) }
    }
  }

  @Test func `nobody changes more than their role grants`() async throws {
    let count = try await withHouse { $0.table.routes.count }
    for number in 0..<count {
      try await withHouse { house in
        let route = house.table.routes[number]
        // The sign-in has a throttle and a slow hash of its own, tested elsewhere.
        guard route.method != .get, route.permission != .open else { return }
        try await ask(route, try await SampleCompany(house))
      }
    }
  }

  private func ask(_ route: Route, _ company: SampleCompany) async throws {
    let door = Door(responder: Responder(house: company.house, isOperator: false))
    let sample = RouteSample.of(route.path)
    if let person = company.people[.administrator] {
      let reply = try await send(route, company, person, .own, door, as: nil)
      #expect(reply.status < 500, "\(route.method.rawValue) \(route.path) by nobody: \(reply.status)")
      let isClosed = route.permission != .open
      #expect(!isClosed || [401, 303].contains(reply.status), "\(route.path) answers \(reply.status) to nobody")
    }
    for role in SampleCompany.order {
      guard let person = company.people[role] else { continue }
      for owner in sample?.scopedBy == nil ? [.other] : RecordOwner.allCases {
        let reply = try await send(route, company, person, owner, door, as: person)
        check(reply, route, person, role, owner, sample)
      }
    }
  }

  private func send(
    _ route: Route, _ company: SampleCompany, _ person: SampleCompany.Person, _ owner: RecordOwner, _ door: Door,
    as caller: SampleCompany.Person?
  ) async throws -> Door.Reply {
    var path = route.path
    let values = RouteSample.of(route.path)?.values(company, person, owner) ?? [:]
    for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
    let customer = company.customer(of: person, owner)
    let body = route.method == .get || route.takesFile ? "" : try JSONRequest.body(route, customer: "\(customer)")
    guard let method = HTTPRequest.Method(rawValue: route.method.rawValue) else { throw CancellationError() }
    guard route.isInAPI else {
      let headers = caller.map { ["Cookie": "session=\($0.token)"] } ?? [:]
      return try await door.ask(method, path, headers: headers)
    }
    return try await door.ask(method, "/api/v1" + path, as: caller, body: body)
  }

  private func check(
    _ reply: Door.Reply, _ route: Route, _ person: SampleCompany.Person, _ role: Role.Code, _ owner: RecordOwner,
    _ sample: RouteSample?
  ) {
    let what =
      "\(route.method.rawValue) \(route.path) by \(role) on a record of \(owner): \(reply.status) \(reply.text.prefix(300))"
    #expect(reply.status < 500, "\(what)")
    guard case .may(let verb, let noun) = route.permission else { return }
    let isAllowed = (200..<300).contains(reply.status)
    guard let reach = person.actor.reach(verb, noun) else {
      // A page sends nobody to the sign-in who is signed in.
      #expect(!isAllowed, "\(what)")
      return
    }
    guard let scope = sample?.scopedBy else { return }
    let seen = person.actor.reach(verb == .see ? .see : scope == noun ? verb : .see, scope) ?? reach
    let reaches = owner == .own || owner == .team && seen >= .team || seen == .all
    #expect(reaches || !isAllowed, "\(what)")
    let isPlain = route.method == .get && route.path == sample?.prefix && noun == scope && verb == .see
    #expect(!isPlain || !reaches || isAllowed, "\(what)")
  }
}

/// A body that a route could take.
enum JSONRequest {
  static func body(_ route: Route, customer: String) throws -> String {
    var fields: [String: String] = ["version": "1"]
    for input in route.inputs where input.kind != .file && input.kind != .map {
      fields[input.name] = value(input, customer: customer)
    }
    return String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
  }

  private static func value(_ input: Route.Input, customer: String) -> String {
    if let first = input.choices.first { return first }
    if ["customer", "record", "parent", "other"].contains(input.name) { return customer }
    switch input.kind {
    case .integer, .number: return "1"
    case .day: return "2026-01-01"
    case .flag: return "1"
    default: return input.name == "email" ? "new@example.org" : "text"
    }
  }
}
