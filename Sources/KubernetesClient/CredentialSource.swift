import JSON
import KubernetesModel
import Synchronization

/// What a request proves itself with.
struct RequestCredential: Hashable, Sendable {
    /// The value of the `Authorization` header.
    var authorization: String?
    /// Replaces the connection's own certificate.
    var certificate: ClientCertificate?
}

/// Gives every request its credential, reading token files and running plugins again when what they said is too old.
final class CredentialSource: Sendable {
    /// How long the content of a token file is believed. Source: client-go rereads service account tokens each minute.
    static let tokenFileAge = Duration.seconds(60)
    /// How long before its expiration a plugin's credential is replaced.
    static let expirationMargin = Duration.seconds(10)

    private struct Cached {
        var credential: RequestCredential
        /// `nil` keeps it until it is refused.
        var until: Timestamp?
    }

    private struct State {
        var cached: Cached?
        var running: Task<RequestCredential, any Error>?
    }

    private let credential: Credential
    private let files: FileReader
    private let environment: [String: String]
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(
        _ credential: Credential, files: FileReader = .disk,
        environment: [String: String] = Platform.environment,
        now: @escaping @Sendable () -> Timestamp = Platform.now
    ) {
        self.credential = credential
        self.files = files
        self.environment = environment
        self.now = now
    }

    /// The credential for a request made now.
    ///
    /// - Throws: `ConfigurationError` when a token file cannot be read or a plugin gives no credential.
    func current() async throws -> RequestCredential {
        switch credential {
        case .none:
            return RequestCredential()
        case .token(let token):
            return RequestCredential(authorization: "Bearer \(token)")
        case .basic(let user, let password):
            let encoded = Platform.encodeBase64(Array("\(user):\(password)".utf8))
            return RequestCredential(authorization: "Basic \(encoded)")
        case .tokenFile(let path, let fallback):
            return try token(path, fallback)
        case .exec(let plugin):
            return try await run(plugin)
        }
    }

    /// Forgets what is cached, because the server refused it. Whether asking again can help.
    func discard() -> Bool {
        switch credential {
        case .none, .token, .basic: return false
        case .tokenFile, .exec:
            state.withLock { $0.cached = nil }
            return true
        }
    }

    private func token(_ path: String, _ fallback: String?) throws(ConfigurationError) -> RequestCredential {
        let time = now()
        let cached = state.withLock { $0.cached }
        if let cached, let until = cached.until, time < until { return cached.credential }
        let text: String
        do {
            text = String(decoding: try files.read(path), as: UTF8.self).trimmed
        } catch {
            if let cached { return cached.credential }
            guard let fallback else {
                throw ConfigurationError(
                    source: "token file \(path)", problem: "cannot be read: \(error)",
                    remedy: "Correct the path or its permissions")
            }
            return RequestCredential(authorization: "Bearer \(fallback)")
        }
        guard !text.isEmpty else {
            throw ConfigurationError(
                source: "token file \(path)", problem: "is empty", remedy: "Write a token into it")
        }
        let credential = RequestCredential(authorization: "Bearer \(text)")
        state.withLock { $0.cached = Cached(credential: credential, until: time.advanced(by: Self.tokenFileAge)) }
        return credential
    }

    /// Runs the plugin once for all requests that wait for it.
    private func run(_ plugin: ExecPlugin) async throws -> RequestCredential {
        let time = now()
        let task: Task<RequestCredential, any Error>
        switch next(plugin, at: time) {
        case .cached(let credential): return credential
        case .waiting(let running): task = running
        }
        return try await task.value
    }

    private enum Next {
        case cached(RequestCredential)
        case waiting(Task<RequestCredential, any Error>)
    }

    private func next(_ plugin: ExecPlugin, at time: Timestamp) -> Next {
        state.withLock { state in
            if let cached = state.cached, cached.until.map({ time < $0 }) ?? true { return .cached(cached.credential) }
            if let running = state.running { return .waiting(running) }
            let task = Task { try await self.execute(plugin) }
            state.running = task
            return .waiting(task)
        }
    }

    private func execute(_ plugin: ExecPlugin) async throws -> RequestCredential {
        defer { state.withLock { $0.running = nil } }
        var variables = environment
        for variable in plugin.environment {
            variables[variable.name] = variable.value
        }
        variables["KUBERNETES_EXEC_INFO"] = plugin.request.text
        let process = ChildProcess(
            command: plugin.command, arguments: plugin.arguments,
            environment: variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        let output: [UInt8]
        do {
            output = try await process.output()
        } catch {
            throw ExecCredential.failure(plugin, error)
        }
        let answer = try ExecCredential(output: output, of: plugin)
        let credential = RequestCredential(
            authorization: answer.token.map { "Bearer \($0)" }, certificate: answer.certificate)
        let margin = Duration.zero - Self.expirationMargin
        state.withLock {
            $0.cached = Cached(credential: credential, until: answer.expiration?.advanced(by: margin))
        }
        return credential
    }
}
