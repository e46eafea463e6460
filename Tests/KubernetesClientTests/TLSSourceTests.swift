import KubernetesModel
import Logging
import NIOSSL
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("TLS settings") struct TLSSourceTests {
    /// Two self-signed authorities, valid for a hundred years.
    private static let first = """
        -----BEGIN CERTIFICATE-----
        MIIBbzCCARWgAwIBAgIUKFCnEVduwvQ/z/nGIUhoJ781LJYwCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBYTAgFw0yNjExMjMwOTA2MjlaGA8yMTI2MTAzMDA5MDYyOVow
        DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCRQbiQwwwXW
        cWd8czPBX1Lbe5RNwjMQLni4WzArE03BMrLCQSyzsSvBCA91VdDzdp92OkwoxlmH
        MLA24P4UWUejUzBRMB0GA1UdDgQWBBTwMG1ePjxAXcJjw5rrkWYf9B0iLzAfBgNV
        HSMEGDAWgBTwMG1ePjxAXcJjw5rrkWYf9B0iLzAPBgNVHRMBAf8EBTADAQH/MAoG
        CCqGSM49BAMCA0gAMEUCIQD0382p/Fuat6aH4K4w1zPoYdrzOrDd9C1v4Zr9xbVl
        iAIgEg5tl+ejtMEbdv/5N96AVXeujP2LwLbosF7lhpmvtMs=
        -----END CERTIFICATE-----
        """
    private static let second = """
        -----BEGIN CERTIFICATE-----
        MIIBbzCCARWgAwIBAgIUeLXTI1cZeFOwWbt3FIrAKYwVKjEwCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBYjAgFw0yNjExMjMwOTA2MjlaGA8yMTI2MTAzMDA5MDYyOVow
        DDEKMAgGA1UEAwwBYjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPUEZ2Jzy6hm
        7JPGIlMuVYJtxmme7LvBTo47Ngnae8XtKFBCcQg8FKx3S5D3GiLNo364gNEPKKvg
        IQ0byCNyViqjUzBRMB0GA1UdDgQWBBQYMKjnJwVKHnmFvramvYxV29F36DAfBgNV
        HSMEGDAWgBQYMKjnJwVKHnmFvramvYxV29F36DAPBgNVHRMBAf8EBTADAQH/MAoG
        CCqGSM49BAMCA0gAMEUCICsNoTqTUFIjABYDY2a0DprSkQBaUuDB1dKo1GK9eP/R
        AiEA/yaKg3n6WmDib5kosupyusWu8se4KXrgYSIjbR561Qw=
        -----END CERTIFICATE-----
        """

    /// A file and a clock that the test moves.
    final class Stage: Sendable {
        let content = Mutex(Array(TLSSourceTests.first.utf8))
        let time = Mutex(Timestamp(seconds: 1_000))

        func source() throws -> TLSSource {
            let server = ServerAddress(isSecure: true, host: "h", port: 443)
            var configuration = ClientConfiguration(source: "test", server: server)
            configuration.trust = .authorities(pem: content.withLock { $0 }, file: "/ca.crt")
            let files = FileReader(
                workingDirectory: "/", exists: { _ in true }, read: { _ in self.content.withLock { $0 } })
            return try TLSSource(
                configuration, files: files, logger: FaultTests.quiet, now: { self.time.withLock { $0 } })
        }

        func pass(_ seconds: Int) {
            time.withLock { $0 = $0.advanced(by: .seconds(seconds)) }
        }
    }

    private func roots(_ pem: String) throws -> NIOSSLTrustRoots {
        .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
    }

    @Test func `a rotated authority is taken over within a minute`() throws {
        let stage = Stage()
        let source = try stage.source()
        #expect(try source.current(presenting: nil).trustRoots == roots(Self.first))
        stage.content.withLock { $0 = Array(Self.second.utf8) }
        stage.pass(59)
        #expect(try source.current(presenting: nil).trustRoots == roots(Self.first))
        stage.pass(2)
        #expect(try source.current(presenting: nil).trustRoots == roots(Self.second))
    }

    @Test func `a file that is being written does not disturb`() throws {
        let stage = Stage()
        let source = try stage.source()
        stage.content.withLock { $0 = Array("-----BEGIN CERT".utf8) }
        stage.pass(61)
        #expect(try source.current(presenting: nil).trustRoots == roots(Self.first))
        stage.content.withLock { $0 = Array(Self.second.utf8) }
        stage.pass(61)
        #expect(try source.current(presenting: nil).trustRoots == roots(Self.second))
    }

    @Test func `certificates are verified unless it is switched off`() throws {
        let server = ServerAddress(isSecure: true, host: "h", port: 443)
        var configuration = ClientConfiguration(source: "test", server: server)
        #expect(try TLSConfiguration(configuration).certificateVerification == .fullVerification)
        configuration.trust = .anything
        #expect(try TLSConfiguration(configuration).certificateVerification == .none)
        configuration.trust = .authorities(pem: Array("nonsense".utf8))
        #expect(throws: ConfigurationError.self) { try TLSConfiguration(configuration) }
    }
}
