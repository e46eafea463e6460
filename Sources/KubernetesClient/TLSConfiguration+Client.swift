import NIOSSL

extension TLSConfiguration {
    /// The TLS settings of a client configuration.
    ///
    /// - Throws: `ConfigurationError` for certificates or keys that are not PEM.
    init(_ configuration: ClientConfiguration) throws {
        self = .makeClientConfiguration()
        minimumTLSVersion = .tlsv12
        switch configuration.trust {
        case .system: break
        case .anything: certificateVerification = .none
        case .authorities(let pem, _):
            trustRoots = .certificates(try Self.certificates(pem, "certificate authority", configuration.source))
        }
        if let certificate = configuration.clientCertificate {
            try present(certificate, source: configuration.source)
        }
    }

    /// Makes the client show a certificate.
    mutating func present(_ certificate: ClientCertificate, source: String) throws {
        certificateChain = try Self.certificates(certificate.chain, "client certificate", source).map {
            .certificate($0)
        }
        do {
            privateKey = .privateKey(try NIOSSLPrivateKey(bytes: certificate.key, format: .pem))
        } catch {
            throw ConfigurationError(
                source: source, problem: "the client key is not an unencrypted PEM key: \(error)",
                remedy: "Provide the key as PEM")
        }
    }

    private static func certificates(
        _ pem: [UInt8], _ noun: String, _ source: String
    ) throws(ConfigurationError) -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw ConfigurationError(
                source: source, problem: "the \(noun) is not PEM: \(error)", remedy: "Provide it as PEM")
        }
        guard !certificates.isEmpty else {
            throw ConfigurationError(
                source: source, problem: "the \(noun) holds no certificate", remedy: "Provide it as PEM")
        }
        return certificates
    }
}
