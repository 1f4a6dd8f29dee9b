import Conditions
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Store

/// The figures of the house for whoever watches it: asked by the machine itself, or by who has the token.
struct Metrics: Sendable {
  let house: House

  func response(to request: Request, _ context: VisitContext, isOperator: Bool) async throws -> Response {
    try permit(request, context, isOperator)
    let text = try await text()
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// Behind a proxy everybody seems to come from this machine, so there a token is needed.
  private func permit(_ request: Request, _ context: VisitContext, _ isOperator: Bool) throws {
    if isOperator { return }
    guard let token = house.settings.metricsToken else {
      let isNear = ["127.0.0.1", "::1"].contains(context.address ?? "")
      guard isNear, house.settings.baseURL == nil else {
        throw Problem(
          .notAllowed, "The figures of this server are told to this machine only.",
          mend: "Set VALUECHAIN_METRICS_TOKEN, and send it as a bearer token.")
      }
      return
    }
    let given = SHA256.hash(data: Data((request.headers[.authorization] ?? "").utf8))
    guard given == SHA256.hash(data: Data("Bearer \(token)".utf8)) else {
      throw Problem(
        .notSignedIn, "The figures of this server need their token.", mend: "Send it as a bearer token.")
    }
  }

  private func text() async throws -> String {
    var text = MetricsText()
    let series = house.meter.series
    text.add(
      "valuechain_requests_total", "counter", "Requests by route and status.",
      series.flatMap { one in
        one.series.statuses.sorted { $0.key < $1.key }.map { status, count in
          (
            labels: [("method", one.key.method), ("route", one.key.route), ("status", "\(status)")],
            value: Double(count)
          )
        }
      })
    text.add("valuechain_request_seconds", "How long requests took, by route.", series)
    text.add("valuechain_requests_in_flight", "gauge", "Requests being answered.", Double(house.meter.inFlight))
    try await addStore(to: &text)
    addProcess(to: &text)
    return text.text
  }

  private func addStore(to text: inout MetricsText) async throws {
    let (now, load) = (house.clock.now, try await house.database.workload())
    text.add(
      "valuechain_jobs", "gauge", "Jobs by state.",
      load.jobs.sorted { $0.key < $1.key }.map { (labels: [("state", $0.key)], value: Double($0.value)) })
    text.add(
      "valuechain_outbox_unsent", "gauge", "Announcements that have no place in the feed yet.", Double(load.unsent))
    text.add(
      "valuechain_outbox_lag_seconds", "gauge", "How long the oldest of them has waited.",
      load.oldestUnsentAt.map { max(0, now.seconds(since: $0)) } ?? 0)
    text.add("valuechain_webhook_waiting", "gauge", "What webhooks have still to be sent.", Double(load.waiting))
    text.add("valuechain_audit_lines", "counter", "Lines of the audit chain.", Double(load.auditLines))
    text.add("valuechain_store_bytes", "gauge", "Size of the store.", Double(try await house.database.size()))
    text.add(
      "valuechain_disk_free_bytes", "gauge", "Room left on the disk of the data folder.",
      Backups.free(in: house.database.place.folder).map(Double.init))
    text.add(
      "valuechain_backup_age_seconds", "gauge", "How old the newest whole backup is.",
      try await house.modules.backups.newest().map { now.seconds(since: $0) })
  }

  private func addProcess(to text: inout MetricsText) {
    let process = ProcessFigures()
    text.add("process_resident_memory_bytes", "gauge", "Memory the process holds.", process.residentBytes)
    text.add("process_cpu_seconds_total", "counter", "Processor time the process used.", process.processorSeconds)
    text.add("valuechain_up_seconds", "gauge", "How long the server has run.", house.uptime)
  }
}

/// What the system says of this process.
struct ProcessFigures {
  /// nil where the system does not say.
  var residentBytes: Double? {
    let fields = text("/proc/self/statm")
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  var processorSeconds: Double? {
    var usage = rusage()
    guard getrusage(Int32(truncatingIfNeeded: RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private func text(_ path: String) -> [String] {
    guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
    return bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
  }
}
