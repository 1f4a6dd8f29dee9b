import Conditions
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Logging
import Store
import Web

/// Turns every request into a visit, finds its route, and turns the answer, or the refusal, into a response.
package struct Responder: HTTPResponder {
  let house: House
  /// Whether requests come over the socket in the data folder, which only the operator of the machine can open.
  let isOperator: Bool

  package init(house: House, isOperator: Bool) {
    self.house = house
    self.isOperator = isOperator
  }

  package func respond(to request: Request, context: VisitContext) async throws -> Response {
    var chance = SystemRandomNumberGenerator()
    let requestID = UUID.random(using: &chance).uuidString.lowercased()
    let started = ContinuousClock.now
    house.meter.begin()
    var route = "none"
    var response = await respond(request, context, requestID, &route)
    if request.method == .head { response = response.createHeadResponse() }
    house.headers.apply(to: &response.headers)
    // What was refused unread may still be on its way; and a server that stops takes nothing more on this connection.
    if [400, 408, 413].contains(response.status.code) || house.stopping.isStopping {
      response.headers[.connection] = "close"
    }
    if let name = HTTPField.Name("X-Request-ID") { response.headers[name] = requestID }
    note(request, route, response.status.code, ContinuousClock.now - started, requestID)
    return response
  }

  /// Writes a request down by its route: an address may hold what somebody searched for.
  private func note(_ request: Request, _ route: String, _ status: Int, _ taken: Duration, _ requestID: String) {
    let (seconds, rest) = taken.components
    let took = Double(seconds) + Double(rest) / 1e18
    let method = request.method.rawValue.count > 7 ? "other" : request.method.rawValue
    house.meter.end(.init(method: method, route: route), status: status, seconds: took)
    house.log.info(
      "request",
      metadata: [
        "method": "\(method)", "route": "\(route)", "status": "\(status)",
        "ms": "\((took * 1e5).rounded() / 100)", "id": "\(requestID)",
      ])
  }

  private func respond(
    _ request: Request, _ context: VisitContext, _ requestID: String, _ route: inout String
  ) async -> Response {
    let wantsGzip = Gzip.isTaken(request.headers[.acceptEncoding] ?? "")
    var face = Visit.Face.html
    var guest = Guest(company: house.fallbackCompany, actor: Responder.nobody, session: nil, token: nil)
    var standing: TokenBuckets.Standing?
    do {
      let path = request.uri.path
      if path.hasPrefix("/assets/") {
        route = "/assets"
        return asset(String(path.dropFirst(8)), wantsGzip)
      }
      if path == "/metrics" {
        (route, face) = ("/metrics", .json)
        return try await Metrics(house: house).response(to: request, context, isOperator: isOperator)
      }
      if path.hasPrefix("/api/") { face = .json }
      if let allowed = try await preflight(request) { return try allowed.response(gzip: false, cookies: house.cookies) }
      guest = try await self.guest(request, context, isAPI: face == .json)
      let answer = try await answer(request, context, guest, &face, &standing, requestID, &route)
      return try answer.response(gzip: wantsGzip, cookies: house.cookies).telling(standing)
    } catch let replay as Replay {
      return replay.response.telling(standing)
    } catch {
      let problem = refusal(error, requestID)
      if problem.kind == .notSignedIn, face == .html, request.method == .get {
        let goal = Address.path("/sign-in", [("return", request.uri.path == "/" ? "" : request.uri.path)])
        return Response(status: .seeOther, headers: [.location: goal])
      }
      if problem == Responder.owesSecondFactor, face == .html, request.method == .get {
        return Response(status: .seeOther, headers: [.location: "/account/second-factor"])
      }
      let viewer = viewer(request, guest, context)
      let answer = Language.$current.withValue(language(request, guest, face)) {
        Answer.refusal(problem, face: face, viewer: viewer, requestID: requestID)
      }
      let response = try? answer.response(gzip: wantsGzip, cookies: house.cookies)
      return (response ?? Response(status: .internalServerError)).telling(standing)
    }
  }

  /// Who is at the door.
  struct Guest: Sendable {
    let company: Company
    let actor: Actor
    let session: Session?
    /// The token of the session.
    let token: String?
    /// What a program came with instead of a session.
    var key: APIKey?

    var isSignedIn: Bool { session != nil || key != nil }
  }

  private static let nobody = Actor(user: nil, name: "nobody", grants: [])

  private func guest(_ request: Request, _ context: VisitContext, isAPI: Bool) async throws -> Guest {
    let company = try await house.company()
    if isOperator { return Guest(company: company, actor: .operator, session: nil, token: nil) }
    let nobody = Guest(company: company, actor: Responder.nobody, session: nil, token: nil)
    guard let token = token(request) else { return nobody }
    if isAPI, let found = try await house.modules.keys.current(token, from: address(request, context)) {
      return Guest(company: company, actor: found.actor, session: nil, token: nil, key: found.key)
    }
    guard let session = try await house.sessions.current(token) else { return nobody }
    return Guest(company: company, actor: session.actor, session: session, token: token)
  }

  /// Where a request comes from: what the proxy in front says, where there is one, else the other end of the line.
  private func address(_ request: Request, _ context: VisitContext) -> String {
    if house.settings.isBehindProxy, let name = HTTPField.Name("X-Forwarded-For"),
      let last = request.headers[values: name].last?.utf8.split(separator: UInt8(ascii: ",")).last
    {
      let text = String(decoding: last.filter { $0 > 32 && $0 < 127 }, as: UTF8.self)
      if !text.isEmpty, text.utf8.count <= 45 { return text }
    }
    return context.address ?? "local"
  }

  /// Counts a request against its limit.
  private func limit(
    _ route: Route, _ guest: Guest, _ face: Visit.Face, _ address: String
  ) -> TokenBuckets.Standing? {
    guard !isOperator, house.settings.requestsPerMinute > 0 else { return nil }
    let api = Rate.api.allowing(house.settings.requestsPerMinute)
    guard let rate = route.rate ?? (face == .json ? api : nil) else { return nil }
    let caller =
      guest.key.map { "key \($0.id)" } ?? guest.session.map { "session \($0.id)" }
      ?? "address \(ClientAddress.group(address))"
    return house.buckets.take(rate, for: caller)
  }

  private func token(_ request: Request) -> String? {
    if let bearer = request.headers[.authorization] {
      return bearer.hasPrefix("Bearer ") ? String(bearer.dropFirst(7)) : nil
    }
    return cookies(request)[house.cookies.sessionName]
  }

  private func cookies(_ request: Request) -> [String: String] {
    CookieJar.parse(request.headers[values: .cookie])
  }

  private func answer(
    _ request: Request, _ context: VisitContext, _ guest: Guest, _ face: inout Visit.Face,
    _ standing: inout TokenBuckets.Standing?, _ requestID: String, _ route: inout String
  ) async throws -> Answer {
    try checkHost(request)
    var parts = try Decoding.segments(request.uri.path)
    if parts.first == "api", face == .json {
      guard parts.count >= 2, parts[1] == "v1" else { throw Responder.nothingHere }
      parts.removeFirst(2)
    }
    let query = try Decoding.fields((request.uri.query ?? "").utf8, field: "query")
    var method = try method(request)
    // A form can only post: the route it means stands in a hidden field, which is read with the body.
    let formRoute = face == .html && method == .post
    let candidates = formRoute ? Visit.Method.allCases.filter(\.changes) : [method]
    guard let first = candidates.lazy.compactMap({ found($0, parts) }).first else { throw try missing(method, parts) }
    route = first.route.path
    // Before anything is read: nobody may fill the disk who may not come here.
    try permit(first.route, guest)
    standing = limit(first.route, guest, face, address(request, context))
    if let standing, !standing.isAllowed { throw Responder.tooMany(standing) }
    let body = try await ReceivedBody.read(
      request, for: first.route, query: query, isAPI: face == .json, into: house.uploadFolder)
    defer { if let upload = body.upload { house.discard(upload) } }
    if formRoute, let meant = body.fields[Form.methodField].flatMap(Visit.Method.init(rawValue:)) { method = meant }
    guard let match = found(method, parts) else { throw try missing(method, parts) }
    route = match.route.path
    guard face == .html || match.route.isInAPI else { throw Responder.nothingHere }
    try permit(match.route, guest)
    if !match.route.takesForeignForms { try checkForm(request, body, guest, method) }
    let unread = try await countUnread(for: guest, face)
    let visit = visit(request, context, guest, face, method, parts, query, body, requestID, match.parameters, unread)
    var answer = try await Language.$current.withValue(language(request, guest, face)) {
      try await match.route.action(visit)
    }
    if let type = answer.type {
      house.log.trace(
        "answer", metadata: ["route": "\(method.rawValue) \(match.route.path)", "type": "\(String(reflecting: type))"])
    }
    if face == .html, cookies(request)["flash"] != nil, answer.flash == nil {
      answer.cookies.append(house.cookies.noFlash)
    }
    return answer
  }

  private func found(_ method: Visit.Method, _ parts: [String]) -> (route: Route, parameters: [String: String])? {
    if case .found(let route, let parameters) = house.table.match(method, parts) { (route, parameters) } else { nil }
  }

  private func missing(_ method: Visit.Method, _ parts: [String]) throws -> Problem {
    if case .wrongMethod(let others) = house.table.match(method, parts) {
      return Problem(
        .wrongMethod, field: "method", "This address does not take \(method.rawValue).",
        mend: "Use \(Format.list(others.map(\.rawValue), or: true)).",
        facts: [.init("allow", others.map(\.rawValue).joined(separator: ", "))])
    }
    return Responder.nothingHere
  }

  private static let nothingHere = Problem(
    .notFound, "There is nothing at this address.", mend: "Follow a link, or search.")

  private func method(_ request: Request) throws -> Visit.Method {
    if request.method == .head { return .get }
    guard let method = Visit.Method(rawValue: request.method.rawValue) else {
      throw Problem(
        .malformed, field: "method", "\(request.method.rawValue.prefix(20)) is not known here.", mend: "Use GET.")
    }
    return method
  }

  /// Only the hosts of the configuration are answered; links in answers never come from the request.
  private func checkHost(_ request: Request) throws {
    guard !isOperator, let allowed = house.settings.hosts else { return }
    guard let host = request.head.authority, allowed.contains(host.lowercased()) else {
      throw Problem(
        .malformed, field: "Host", "This host name is not served here.", mend: "Use the address of the configuration.")
    }
  }

  private func permit(_ route: Route, _ guest: Guest) throws {
    switch route.permission {
    case .open: return
    case .signedIn: guard guest.isSignedIn || isOperator else { throw notSignedIn }
    case .inPerson:
      guard guest.isSignedIn || isOperator else { throw notSignedIn }
      guard guest.key == nil else { throw Responder.inPersonOnly }
    case .may(let verb, let noun):
      guard guest.isSignedIn || isOperator else { throw notSignedIn }
      try guest.actor.require(verb, noun)
    }
    if guest.session?.owesSecondFactor == true, route.permission != .open,
      !Session.isOpenBeforeSecondFactor(route.path)
    {
      throw Responder.owesSecondFactor
    }
  }

  private static let owesSecondFactor = Problem(
    .notAllowed, "The company asks for a second factor, and you have none yet.",
    mend: "Set it up under Your account.")

  private static let inPersonOnly = Problem(
    .notAllowed, "This is not done with a key.", mend: "Sign in with address and password.")

  private static func tooMany(_ standing: TokenBuckets.Standing) -> Problem {
    Problem(
      .tooMany, "These are too many requests: \(standing.limit) are taken in the time.",
      mend: "Wait \(standing.reset) seconds.", facts: [.init("retryAfter", "\(standing.reset)")])
  }

  private var notSignedIn: Problem {
    Problem(.notSignedIn, "Nobody is signed in.", mend: "Sign in, or send a bearer token.")
  }

  /// What changes something must come from a page of this site and this session; a bearer token says so by itself.
  private func checkForm(_ request: Request, _ body: ReceivedBody, _ guest: Guest, _ method: Visit.Method) throws {
    guard method.changes, !isOperator, request.headers[.authorization] == nil else { return }
    let refusal = Problem(
      .notAllowed, "This did not come from a page of this site.", mend: "Open the page again and send it from there.")
    if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }) {
      guard site == "same-origin" || site == "none" else { throw refusal }
    }
    guard isOwn(request) else { throw refusal }
    guard let token = guest.token else { return }
    guard FormToken.isValid(body.fields[Form.csrfField] ?? "", for: Session.hash(token)) else {
      throw Problem(
        .notAllowed, "The form is from another session.", mend: "Go back, load the page again and send it once more.")
    }
  }

  private func isOwn(_ request: Request) -> Bool {
    guard let origin = request.headers[.origin], origin != "null", let host = request.head.authority else {
      return true
    }
    return origin == "http://\(host)" || origin == "https://\(host)"
  }

  /// Whether a script of another site may send a form of the company; nil when that is not what was asked.
  private func preflight(_ request: Request) async throws -> Answer? {
    guard request.method == .options, let origin = request.headers[.origin] else { return nil }
    try checkHost(request)
    let parts = try Decoding.segments(request.uri.path).filter { $0 != "api" && $0 != "v1" }
    guard parts.count == 2, parts.first == "f", let token = parts.last else { return nil }
    return try await house.publicForms.preflight(token: token, origin: origin)
  }

  private func visit(
    _ request: Request, _ context: VisitContext, _ guest: Guest, _ face: Visit.Face, _ method: Visit.Method,
    _ parts: [String], _ query: Fields, _ body: ReceivedBody, _ requestID: String, _ parameters: [String: String],
    _ unread: Int?
  ) -> Visit {
    let key = HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
    let match = HTTPField.Name("If-Match").flatMap { request.headers[$0] }
    var visit = Visit(
      method: method, path: "/" + parts.joined(separator: "/"), face: face, query: query, fields: body.fields,
      upload: body.upload, actor: guest.actor, viewer: viewer(request, guest, context, unread: unread, face: face),
      now: house.clock.now,
      address: address(request, context), agent: request.headers[.userAgent] ?? "", requestID: requestID,
      idempotency: face == .json ? key.map { ($0, body.bytes) } : nil,
      ifMatch: match.flatMap { Int64($0.replacing("\"", with: "")) }, token: guest.token,
      origin: request.headers[.origin], isOwnOrigin: isOwn(request), body: body.bytes)
    visit.parameters = parameters
    return visit
  }

  /// What the bell shows: one look into an index of what nobody has read.
  private func countUnread(for guest: Guest, _ face: Visit.Face) async throws -> Int? {
    guard face == .html, guest.session != nil, let user = guest.actor.user else { return nil }
    return try await house.modules.notifications.unread(user)
  }

  private func viewer(
    _ request: Request, _ guest: Guest, _ context: VisitContext, unread: Int? = nil, face: Visit.Face = .html
  ) -> Viewer {
    // A program sees neither forms nor the navigation.
    guard face == .html else {
      return Viewer(
        name: guest.session?.user.name, email: guest.session?.user.email, company: guest.company.name, csrf: "",
        format: guest.company.format, now: house.clock.now, navigation: house.navigation)
    }
    let cookies = cookies(request)
    let csrf = guest.token.map { FormToken.made(for: Session.hash($0)) } ?? ""
    return Viewer(
      name: guest.session?.user.name, email: guest.session?.user.email, company: guest.company.name, csrf: csrf,
      theme: cookies["theme"].flatMap(Viewer.Theme.init(rawValue:)) ?? .system,
      format: guest.company.format.with(language: languageCode(request, guest)),
      now: house.clock.now, navigation: house.navigation(for: guest.actor),
      flashes: cookies["flash"].flatMap { CookieJar.flash(from: $0, csrf: csrf) }.map { [$0] } ?? [], unread: unread)
  }

  /// What its reader chose, else the company's.
  private func languageCode(_ request: Request, _ guest: Guest) -> String {
    let chosen = cookies(request)["language"].flatMap { code in Language.offered.first { $0.0 == code }?.0 }
    let code = chosen ?? guest.company.language
    return house.languages[code] == nil ? "en" : code
  }

  /// The language of a page and of what its scripts ask for; programs read English. nil is English.
  private func language(_ request: Request, _ guest: Guest, _ face: Visit.Face) -> Language? {
    let isBrowser = face == .html || guest.session != nil && request.headers[.authorization] == nil
    return isBrowser ? house.languages[languageCode(request, guest)] : nil
  }

  private func asset(_ name: String, _ gzip: Bool) -> Response {
    guard let asset = house.assets.asset(name) else { return Response(status: .notFound) }
    var fields: HTTPFields = [.contentType: asset.type, .cacheControl: "public, max-age=31536000, immutable"]
    fields[.vary] = "Accept-Encoding"
    if gzip, let small = asset.gzip {
      fields[.contentEncoding] = "gzip"
      return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: small)))
    }
    return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.plain)))
  }

  /// A refusal as it is; anything else is logged whole and shown as a number only.
  private func refusal(_ error: any Error, _ requestID: String) -> Problem {
    if let problem = error as? Problem { return problem }
    if error is CancellationError {
      return Problem(.unavailable, "The server is stopping.", mend: "Try again in a moment.")
    }
    house.log.error("unexpected", metadata: ["error": "\(error)", "id": "\(requestID)"])
    return Problem(
      .unavailable, "Something went wrong inside; it was written down under the number \(requestID).",
      mend: "Try again; if it stays, tell an administrator the number.")
  }
}

extension Response {
  /// The same with the headers that tell a program how much it may still ask.
  fileprivate func telling(_ standing: TokenBuckets.Standing?) -> Response {
    guard let standing else { return self }
    var response = self
    let facts = [("Limit", standing.limit), ("Remaining", standing.remaining), ("Reset", standing.reset)]
    for (name, value) in facts {
      if let field = HTTPField.Name("RateLimit-\(name)") { response.headers[field] = "\(value)" }
    }
    return response
  }
}
