import Hummingbird
import Logging
import NIOCore

/// What the server knows of a connection.
package struct VisitContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// nil on the socket in the data folder.
  let address: String?

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress?.ipAddress
  }

  /// Without a connection.
  init(local log: Logger) {
    coreContext = .init(source: LocalSource(logger: log))
    address = nil
  }

  private struct LocalSource: RequestContextSource {
    let logger: Logger
  }
}
