import ArgumentParser
import KubernetesClient
import KubernetesModel
import Logging
import RolloutModel

/// How to reach the cluster, in kubectl's options; the same for every command about rollouts.
struct ClientOptions: ParsableArguments {
    @Option(help: "The kubeconfig file to use.", completion: .file())
    var kubeconfig: String?

    @Option(help: "The context of the kubeconfig to use.")
    var context: String?

    @Option(help: "The cluster of the kubeconfig to use.")
    var cluster: String?

    @Option(help: "The user of the kubeconfig to use.")
    var user: String?

    @Option(name: .shortAndLong, help: "The namespace; the context's when it is left out.")
    var namespace: String?

    @Option(name: .customLong("as"), help: "The user to act as.")
    var impersonatedUser: String?

    @Option(
        name: .customLong("as-group"), parsing: .singleValue, help: "A group to act as (repeatable).")
    var impersonatedGroups: [String] = []

    @Option(name: .customLong("as-uid"), help: "The UID to act as.")
    var impersonatedUID: String?

    @Option(name: .shortAndLong, help: "The address of the API server.")
    var server: String?

    @Option(help: "The bearer token.")
    var token: String?

    @Option(help: "How long one request may take, such as 10s; 0 sets no limit of its own.")
    var requestTimeout: GoDurationArgument = "0"

    @Option(help: "A file with the client's certificate.", completion: .file())
    var clientCertificate: String?

    @Option(help: "A file with the key of the client's certificate.", completion: .file())
    var clientKey: String?

    @Option(
        help: "A file with the certificates that the server's is held against.", completion: .file())
    var certificateAuthority: String?

    @Option(
        name: .customLong("tls-server-name"), help: "The name that the server's certificate must carry."
    )
    var tlsServerName: String?

    @Flag(
        name: .customLong("insecure-skip-tls-verify"), help: "Believe any certificate of the server.")
    var skipsVerification = false

    @Flag(help: "Accepted for kubectl's sake; answers are compressed when the server wants it.")
    var disableCompression = false

    @Option(help: "Accepted for kubectl's sake; nothing is cached.")
    var cacheDir: String?

    @Option(
        name: [.customShort("v"), .customLong("kloglevel")],
        help: "Above 5, requests are logged on stderr.")
    var kubernetesLogLevel = 0

    @Option(name: .customLong("loglevel"), help: "What is logged on stderr, and what is worse.")
    var logLevel = LogLevelArgument.info

    init() {}

    func validate() throws {
        if let namespace, let problem = NamespaceRule.problem(with: namespace) {
            throw ValidationError("--namespace: \(problem).")
        }
        if (clientCertificate == nil) != (clientKey == nil) {
            throw ValidationError("--client-certificate and --client-key go together; give both.")
        }
        if let server, ServerAddress(parsing: server) == nil {
            throw ValidationError(
                "--server is '\(server)'; give an address such as https://10.0.0.1:6443.")
        }
    }

    /// A logger for what goes wrong on the way; what is done every time is not worth a line.
    func makeLogger() -> Logger {
        var logger = Logger(label: "weir") { LineLogHandler(label: $0, format: .text) }
        switch logLevel {
        case _ where kubernetesLogLevel > 5: logger.logLevel = .debug
        case .debug, .trace: logger.logLevel = .debug
        case .error, .fatal, .panic: logger.logLevel = .error
        case .info, .warn, .warning: logger.logLevel = .warning
        }
        return logger
    }

    /// What is in effect: the kubeconfig's, and these options above it.
    ///
    /// - Throws: `ConfigurationError` naming the file or the option, and the remedy.
    func configuration() throws -> ClientConfiguration {
        let overrides = ClientOverrides(
            cluster: cluster, user: user, server: server, token: token, tlsServerName: tlsServerName,
            skipsVerification: skipsVerification, certificateAuthority: certificateAuthority,
            clientCertificate: clientCertificate, clientKey: clientKey,
            impersonation: Impersonation(
                user: impersonatedUser, uid: impersonatedUID, groups: impersonatedGroups),
            requestLimit: requestTimeout.duration == .zero ? nil : requestTimeout.duration)
        return try ConfigurationLoader().load(
            path: kubeconfig, context: context, namespace: namespace, overrides: overrides)
    }
}

/// A level as kubectl-argo-rollouts names it, in letters of either case.
enum LogLevelArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case trace, debug, info, warn, warning, error, fatal, panic

    init?(argument: String) {
        self.init(rawValue: argument.lowercased())
    }
}

/// A duration as Go writes it: `90s`, `1m30s`; `0` needs no unit.
struct GoDurationArgument: ExpressibleByArgument, ExpressibleByStringLiteral, Sendable {
    /// As it was given.
    var text: String
    var duration: Duration

    init?(argument: String) {
        guard let duration = GoDuration.duration(argument), duration >= .zero else { return nil }
        text = argument
        self.duration = duration
    }

    /// A duration in the source; must be one that can be read.
    init(stringLiteral value: String) {
        guard let argument = GoDurationArgument(argument: value) else {
            preconditionFailure("'\(value)' in the source is not a duration")
        }
        self = argument
    }

    var defaultValueDescription: String { text }
}
