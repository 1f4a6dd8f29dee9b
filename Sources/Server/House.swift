import Conditions
import Customers
import Foundation
import Kernel
import Logging
import Portfolio
import Store
import Synchronization
import Web

/// How the server is set up.
package struct Settings: Sendable {
  package var host = "127.0.0.1"
  package var port = 8080
  /// The address people use, when it is another than host and port; https makes cookies and headers strict.
  package var baseURL: String?
  /// The folder with the files every page needs.
  package var assets: String?
  /// How many calls of the API one key or session may make in a minute; 0 for any number, exports and forms included.
  package var requestsPerMinute = Rate.api.requests
  /// Whether a proxy in front says in X-Forwarded-For who asks.
  package var isBehindProxy = false
  /// Where this server may send to.
  package var outlets = Outlets.publicOnly
  /// What a program sends that reads the figures of the server; without one only this machine may.
  package var metricsToken: String?

  package init() {}

  var isSecure: Bool { baseURL?.hasPrefix("https://") ?? false }

  /// The start of the links that are handed to people who are not signed in.
  var links: HandedLinks {
    let shown = host == "0.0.0.0" || host == "::" ? ProcessInfo.processInfo.hostName : host
    return HandedLinks(
      base: baseURL ?? "http://\(shown.utf8.contains(UInt8(ascii: ":")) ? "[\(shown)]" : shown):\(port)")
  }

  /// The host names that are answered; nil where the server listens on every interface and no address is configured.
  var hosts: Set<String>? {
    if let baseURL, let parts = URLComponents(string: baseURL), let name = parts.host {
      return [parts.port.map { "\(name):\($0)" } ?? name, name]
    }
    guard host != "0.0.0.0" && host != "::" else { return nil }
    return Set([host, "localhost", "127.0.0.1", "[::1]"].flatMap { ["\($0):\(port)", $0] })
  }
}

/// The product put together: the store, every collection, every route.
package final class House: Sendable {
  let settings: Settings
  let database: Database
  /// Where files wait that came with a request.
  let uploadFolder: String
  let clock: any Clock
  let log: Logger
  let sessions: Sessions
  let cookies: CookieJar
  let headers: Headers
  let buckets = TokenBuckets()
  let assets: AssetFolder
  let navigation: Navigation
  /// The languages of the pages beside English, by their codes.
  let languages: [String: Language]
  let publicForms: WebFormRoutes
  let meter = RequestMeter()
  let stopping = Stopping()
  private let begunAt = ContinuousClock.now
  package let table: RouteTable
  package let modules: Modules
  /// The navigation of those who may not open everything, by what they may do.
  private let limitedNavigations = Mutex<[Set<Actor.Grant>: Navigation]>([:])
  private let knownCompany = Mutex<(company: Company, at: ContinuousClock.Instant)?>(nil)

  package init(_ database: Database, settings: Settings, clock: any Clock = SystemClock(), log: Logger) throws {
    self.settings = settings
    self.database = database
    uploadFolder = "\(database.place.folder)/\(database.place.name)-uploads"
    self.clock = clock
    self.log = log
    modules = Modules(database, clock: clock)
    sessions = modules.sessions
    cookies = CookieJar(isSecure: settings.isSecure)
    headers = Headers(isSecure: settings.isSecure)
    assets = AssetFolder(folder: settings.assets)
    languages = try House.languages(in: settings.assets, log)
    navigation = House.navigation(assetVersion: assets.version)
    publicForms = WebFormRoutes(modules.programs.forms, submissions: modules.programs.submissions, users: modules.users)
    table = try RouteTable(
      House.routes(
        modules, sessions: sessions, cookies: cookies, links: settings.links, outlets: settings.outlets,
        forms: publicForms, stopping: stopping))
  }

  /// Reads the catalogues among the assets. What none of them says is written down where every step is.
  private static func languages(in folder: String?, _ log: Logger) throws -> [String: Language] {
    var found: [String: Language] = [:]
    for (code, _) in Language.offered {
      guard let file = folder.flatMap({ FileManager.default.contents(atPath: "\($0)/languages/\(code).json") }) else {
        continue
      }
      let unsaid: @Sendable (String) -> Void = { log.trace("unsaid", metadata: ["in": "\(code)", "words": "\($0)"]) }
      found[code] = try Language(code: code, file: Array(file), onMissing: log.logLevel == .trace ? unsaid : nil)
    }
    return found
  }

  /// The navigation with what somebody may open.
  func navigation(for actor: Actor) -> Navigation {
    guard actor.grants.count < Actor.everything.count else { return navigation }
    if let known = limitedNavigations.withLock({ $0[actor.grants] }) { return known }
    let limited = navigation.limited { path in
      guard case .found(let route, _) = table.match(.get, path.split(separator: "/").map(String.init)) else {
        return true
      }
      guard case .may(let verb, let noun) = route.permission else { return true }
      return actor.may(verb, noun)
    }
    limitedNavigations.withLock { known in
      // There are few roles, but nothing grows for ever.
      if known.count >= 64 { known.removeAll() }
      known[actor.grants] = limited
    }
    return limited
  }

  /// Seconds since the house was put together.
  var uptime: Double { Double((ContinuousClock.now - begunAt).components.seconds) }

  /// What a page shows before the store has a company.
  var fallbackCompany: Company { Company(name: "Valuechain") }

  /// The company, read at most once a second.
  func company() async throws -> Company {
    if let known = knownCompany.withLock({ $0 }), ContinuousClock.now - known.at < .seconds(1) { return known.company }
    let company = try await modules.companies.current() ?? fallbackCompany
    knownCompany.withLock { $0 = (company, .now) }
    return company
  }

  /// Removes what requests left behind that were cut off, and files of imports that were cancelled before their turn.
  func sweepUploads() async throws {
    let jobs = try await ImportJob(modules.imports, companies: modules.companies).awaited()
    let awaited = jobs.union(try await modules.importDrafts.awaited())
    for name in (try? FileManager.default.contentsOfDirectory(atPath: uploadFolder)) ?? [] {
      let path = "\(uploadFolder)/\(name)"
      if !awaited.contains(path) { unlink(path) }
    }
  }

  /// Removes a file that came with a request, unless an action moved it away.
  func discard(_ upload: Visit.Upload) { unlink(upload.path) }

  /// Tells webhooks what happened.
  package func courier() -> WebhookCourier {
    WebhookCourier(
      database, clock: clock, changes: modules.programs.changes, owners: owner,
      door: OutboundClient(settings.outlets).post, log: log)
  }

  /// Carries out the rules.
  package func ruleWatch() -> RuleWatch { RuleWatch(modules.rules, owners: owner, log: log) }

  /// Whose rights a webhook or a rule has; nil when they sign in no longer.
  @Sendable private func owner(_ number: Int64?) async throws -> Actor? {
    guard let number else { return .operator }
    do {
      return try await modules.users.actor(of: ID(number))
    } catch let problem as Problem where problem.kind == .notAllowed {
      return nil
    }
  }

  /// The runner of the company's jobs.
  package func runner() -> JobRunner {
    JobRunner(modules.jobs, handlers: House.handlers(modules), log: log)
  }
}
