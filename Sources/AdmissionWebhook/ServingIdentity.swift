import NIOSSL
import Synchronization

/// What a TLS server shows now; replaced while it runs.
package final class ServingIdentity: Sendable {
    private struct State {
        var certificate = ""
        var key = ""
        var context: NIOSSLContext?
    }

    private let state = Mutex(State())

    /// Nothing yet: connections are closed until there is something.
    package init() {}

    /// Shows this from the next connection on.
    ///
    /// - Parameters:
    ///   - certificate: PEM, the chain from the server's own on.
    ///   - key: PEM.
    /// - Returns: whether that is something new.
    /// - Throws: `NIOSSLError` for what is no PEM, or does not fit together; nothing changes then.
    @discardableResult
    package func show(certificate: String, key: String) throws -> Bool {
        guard state.withLock({ $0.certificate != certificate || $0.key != key }) else { return false }
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        let privateKey = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        settings.minimumTLSVersion = .tlsv12
        settings.applicationProtocols = ["http/1.1"]
        let context = try NIOSSLContext(configuration: settings)
        state.withLock { $0 = State(certificate: certificate, key: key, context: context) }
        return true
    }

    /// Whether connections can be taken.
    package var isReady: Bool { context != nil }

    var context: NIOSSLContext? { state.withLock { $0.context } }
}
