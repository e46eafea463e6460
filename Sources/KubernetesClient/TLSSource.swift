import KubernetesModel
import Logging
import NIOSSL
import Synchronization

/// The TLS settings of a client, made anew when the files they were read from have changed.
///
/// Authorities and client certificates are rotated under running programs: a pod's `ca.crt`, a certificate that an
/// agent renews. Files are looked at once a minute; content that cannot be used is reported and changes nothing.
final class TLSSource: Sendable {
    /// How long the content of a file is believed.
    static let fileAge = Duration.seconds(60)

    private struct State {
        var configuration: ClientConfiguration
        var settings: TLSConfiguration
        var until: Timestamp
    }

    private let files: FileReader
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let paths: [String]
    private let source: String
    private let state: Mutex<State>

    /// - Throws: `ConfigurationError` for certificates or keys that are not PEM.
    init(
        _ configuration: ClientConfiguration, files: FileReader = .disk, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = Platform.now
    ) throws {
        self.files = files
        self.now = now
        self.logger = logger
        paths = configuration.materialFiles
        source = configuration.source
        let settings = try TLSConfiguration(configuration)
        state = Mutex(
            State(configuration: configuration, settings: settings, until: now().advanced(by: Self.fileAge)))
    }

    /// The settings for a connection made now.
    ///
    /// - Parameter certificate: a plugin's, shown instead of the configuration's.
    /// - Throws: `ConfigurationError` when the plugin's certificate is not PEM.
    func current(presenting certificate: ClientCertificate?) throws -> TLSConfiguration {
        if !paths.isEmpty { refresh() }
        var settings = state.withLock { $0.settings }
        if let certificate { try settings.present(certificate, source: source) }
        return settings
    }

    private func refresh() {
        let time = now()
        let due = state.withLock { state -> ClientConfiguration? in
            guard time >= state.until else { return nil }
            state.until = time.advanced(by: Self.fileAge)
            return state.configuration
        }
        guard var configuration = due else { return }
        do {
            try configuration.readMaterial(files)
            let settings = try TLSConfiguration(configuration)
            state.withLock { state in
                guard state.configuration != configuration else { return }
                state.configuration = configuration
                state.settings = settings
            }
        } catch {
            logger.warning("certificates not read again", metadata: ["error": "\(error)"])
        }
    }
}

extension ClientConfiguration {
    /// The files its certificates and keys were read from.
    fileprivate var materialFiles: [String] {
        var paths = [clientCertificate?.chainFile, clientCertificate?.keyFile]
        if case .authorities(_, let file) = trust { paths.append(file) }
        return paths.compactMap { $0 }
    }

    /// Reads those files again.
    fileprivate mutating func readMaterial(_ files: FileReader) throws {
        if case .authorities(_, let file?) = trust {
            trust = .authorities(pem: try files.read(file), file: file)
        }
        if let file = clientCertificate?.chainFile { clientCertificate?.chain = try files.read(file) }
        if let file = clientCertificate?.keyFile { clientCertificate?.key = try files.read(file) }
    }
}
