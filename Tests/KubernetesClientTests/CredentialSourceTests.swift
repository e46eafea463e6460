import JSON
import KubernetesModel
import Synchronization
import Testing

@testable import KubernetesClient

@Suite("Credentials") struct CredentialSourceTests {
    /// A file and a clock the test moves.
    final class Stage: Sendable {
        let content = Mutex<String?>("one\n")
        let time = Mutex(Timestamp(seconds: 1_000))

        func source(_ credential: Credential) -> CredentialSource {
            let files = FileReader(workingDirectory: "/", exists: { _ in true }) { _ in
                guard let text = self.content.withLock({ $0 }) else { throw FileProblem(reason: "no such file") }
                return Array(text.utf8)
            }
            return CredentialSource(
                credential, files: files, environment: ["PATH": "/usr/bin:/bin"], now: { self.time.withLock { $0 } })
        }

        func pass(_ seconds: Int) {
            time.withLock { $0 = $0.advanced(by: .seconds(seconds)) }
        }
    }

    @Test func `a token file is read again after a minute`() async throws {
        let stage = Stage()
        let source = stage.source(.tokenFile(path: "/token", fallback: nil))
        #expect(try await source.current().authorization == "Bearer one")
        stage.content.withLock { $0 = "two" }
        stage.pass(59)
        #expect(try await source.current().authorization == "Bearer one")
        stage.pass(2)
        #expect(try await source.current().authorization == "Bearer two")
    }

    @Test func `a refused token is read again at once`() async throws {
        let stage = Stage()
        let source = stage.source(.tokenFile(path: "/token", fallback: nil))
        _ = try await source.current()
        stage.content.withLock { $0 = "two" }
        #expect(source.discard())
        #expect(try await source.current().authorization == "Bearer two")
    }

    @Test func `an unreadable token file keeps the last token, or the fallback`() async throws {
        let stage = Stage()
        let kept = stage.source(.tokenFile(path: "/token", fallback: nil))
        _ = try await kept.current()
        stage.content.withLock { $0 = nil }
        stage.pass(120)
        #expect(try await kept.current().authorization == "Bearer one")
        let fallback = stage.source(.tokenFile(path: "/token", fallback: "spare"))
        #expect(try await fallback.current().authorization == "Bearer spare")
        let neither = stage.source(.tokenFile(path: "/token", fallback: nil))
        await #expect(throws: ConfigurationError.self) { try await neither.current() }
    }

    @Test func `user and password are sent as basic authorization`() async throws {
        let source = Stage().source(.basic(user: "a", password: "b"))
        #expect(try await source.current().authorization == "Basic YTpi")
        #expect(!source.discard())
    }

    private func plugin(_ script: String) -> ExecPlugin {
        ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1", command: "sh", arguments: ["-c", script],
            environment: [.init(name: "WHO", value: "me")], installHint: nil, source: "kubeconfig /k, user \"u\"")
    }

    @Test func `a plugin runs once until its credential expires`() async throws {
        let stage = Stage()
        let script = """
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$WHO-$$'",\
            "expirationTimestamp":"1970-01-01T00:20:00Z"}}'
            """
        let source = stage.source(.exec(plugin(script)))
        let first = try await source.current().authorization
        #expect(first?.hasPrefix("Bearer me-") == true)
        #expect(try await source.current().authorization == first)
        stage.pass(195)
        #expect(try await source.current().authorization != first)
    }

    @Test(
        "a plugin that gives no credential is named with what it did",
        arguments: [
            ("exit 3", "ended with status 3"), ("echo hello", "not JSON"), ("echo '{\"kind\":\"Pod\"}'", "\"Pod\""),
            (
                "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}'",
                "neither a token nor a certificate"
            ),
        ])
    func failingPlugin(script: String, part: String) async {
        let source = Stage().source(.exec(plugin(script)))
        await #expect {
            _ = try await source.current()
        } throws: { error in
            "\(error)".contains(part) && "\(error)".contains("kubeconfig /k")
        }
    }
}
