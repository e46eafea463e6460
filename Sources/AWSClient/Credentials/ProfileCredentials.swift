import AWSSigning
import Crypto
package import KubernetesModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a profile of the shared files leads to: keys, a role to assume, single sign-on, or a program that prints keys.
///
/// Source: AWS SDKs and Tools Reference Guide, "Assume role", "IAM Identity Center", "Process" credential providers.
package struct ProfileCredentials: CredentialSource {
    /// No chain of roles is longer.
    static let rolesMax = 5
    private let profile: SharedProfile
    private let host: HostEnvironment
    private let configuration: AWSConfiguration
    private let transport: any AWSTransport

    package init(_ configuration: AWSConfiguration, host: HostEnvironment, transport: any AWSTransport) {
        profile = configuration.profile
        self.configuration = configuration
        self.host = host
        self.transport = transport
    }

    package func load(now: Timestamp) async throws(CredentialFailure) -> CredentialAnswer {
        guard profile.exists else { return .absent("\(profile.place): no such profile") }
        return try await load(profile, chain: [], now: now)
    }

    private func load(
        _ profile: SharedProfile, chain: [String], now: Timestamp
    ) async throws(CredentialFailure) -> CredentialAnswer {
        let isOwnSource = profile["source_profile"] == profile.name && chain.contains(profile.name)
        if let role = profile["role_arn"], profile["web_identity_token_file"] == nil, !isOwnSource {
            return .found(try await assume(role, by: profile, chain: chain, now: now))
        }
        if let id = profile["aws_access_key_id"] {
            guard let secret = profile["aws_secret_access_key"] else {
                throw CredentialFailure(
                    "\(profile.place): aws_access_key_id is '\(id)' but aws_secret_access_key is missing.")
            }
            let key = SigningKeyPair(
                accessKeyID: id, secretAccessKey: secret, sessionToken: profile["aws_session_token"])
            return .found(Credentials(key: key, origin: profile.place))
        }
        if profile["web_identity_token_file"] != nil {
            let plain = HostEnvironment(variables: [:], readFile: host.readFile)
            return try await WebIdentityCredentials(
                host: plain, profile: profile, endpoint: configuration.stsEndpoint, transport: transport
            ).load(now: now)
        }
        if profile["sso_session"] != nil || profile["sso_start_url"] != nil {
            return .found(try await singleSignOn(profile, now: now))
        }
        if let command = profile["credential_process"] {
            return .found(try await run(command, of: profile))
        }
        if profile["login_session"] != nil {
            return .absent(
                "\(profile.place): 'login_session' is not supported; export keys with "
                    + "'aws configure export-credentials --format env'")
        }
        return .absent("\(profile.place): has no aws_access_key_id, role_arn, sso_session or credential_process")
    }

    // MARK: roles

    private func assume(
        _ role: String, by profile: SharedProfile, chain: [String], now: Timestamp
    ) async throws(CredentialFailure) -> Credentials {
        if profile["mfa_serial"] != nil {
            throw CredentialFailure("\(profile.place): 'mfa_serial' needs a person; give the role without it.")
        }
        guard chain.count < Self.rolesMax else {
            let path = (chain + [profile.name]).joined(separator: ", ")
            throw CredentialFailure("The profiles \(path) are sources of each other. Give the last one keys.")
        }
        let base = try await source(of: profile, chain: chain + [profile.name], now: now)
        let wish = SecurityTokenService.Assumption(
            role: role, session: profile["role_session_name"] ?? host["AWS_ROLE_SESSION_NAME"] ?? "weir",
            externalID: profile["external_id"], seconds: profile["duration_seconds"].flatMap(Int.init))
        let service = SecurityTokenService(
            endpoint: configuration.stsEndpoint, region: configuration.region, transport: transport)
        var credentials = try await service.assumeRole(wish, with: base.key, now: now)
        credentials.origin = "role \(role) of \(profile.place), by \(base.origin)"
        return credentials
    }

    /// Who assumes the role.
    private func source(
        of profile: SharedProfile, chain: [String], now: Timestamp
    ) async throws(CredentialFailure) -> Credentials {
        let answer: CredentialAnswer
        if let name = profile["source_profile"] {
            let source = SharedProfile(named: name, in: host)
            guard source.exists else {
                throw CredentialFailure("\(profile.place): source_profile '\(name)' does not exist. Add it.")
            }
            answer = try await load(source, chain: chain, now: now)
        } else {
            switch profile["credential_source"] {
            case "Environment": answer = try await EnvironmentCredentials(host: host).load(now: now)
            case "EcsContainer":
                answer = try await ContainerCredentials(host: host, transport: transport).load(now: now)
            case "Ec2InstanceMetadata":
                answer = try await InstanceCredentials(host: host, transport: transport).load(now: now)
            case let other:
                throw CredentialFailure(
                    "\(profile.place): role_arn needs source_profile, or credential_source as Environment, "
                        + "EcsContainer or Ec2InstanceMetadata; it is \(other.map { "'\($0)'" } ?? "missing").")
            }
        }
        guard case .found(let credentials) = answer else {
            if case .absent(let reason) = answer { throw CredentialFailure("\(profile.place): \(reason)") }
            throw CredentialFailure("\(profile.place): nobody can assume the role")
        }
        return credentials
    }

    // MARK: single sign-on

    private struct SignOnToken: Decodable {
        var accessToken: String
        var expiresAt: String
    }

    private struct SignOnAnswer: Decodable {
        struct Role: Decodable {
            var accessKeyId: String
            var secretAccessKey: String
            var sessionToken: String
            /// Milliseconds since 1970.
            var expiration: Int64
        }

        var roleCredentials: Role
    }

    /// Keys for the token that `aws sso login` has left; the token itself is not renewed.
    private func singleSignOn(
        _ profile: SharedProfile, now: Timestamp
    ) async throws(CredentialFailure) -> Credentials {
        let name = profile["sso_session"]
        let session = name.flatMap { SharedProfile.section("sso-session \($0)", in: host) }?.values ?? [:]
        let start = session["sso_start_url"] ?? profile["sso_start_url"]
        guard let region = session["sso_region"] ?? profile["sso_region"], let start,
            let account = profile["sso_account_id"], let role = profile["sso_role_name"]
        else {
            throw CredentialFailure(
                "\(profile.place): a single sign-on needs sso_start_url, sso_region, sso_account_id and sso_role_name.")
        }
        let login = "Run 'aws sso login --profile \(profile.name)' again."
        let digest = Insecure.SHA1.hash(data: Array((name ?? start).utf8))
        let file = digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let path = host.expand("~/.aws/sso/cache/\(file).json")
        guard let text = host.readFile(path) else {
            throw CredentialFailure("\(profile.place): there is no token in \(path). \(login)")
        }
        let token: SignOnToken
        do {
            token = try JSONDecoder().decode(SignOnToken.self, from: Data(text.utf8))
        } catch {
            throw CredentialFailure("\(profile.place): \(path) has no accessToken and expiresAt. \(login)")
        }
        guard let end = Timestamp(parsing: token.expiresAt), end > now else {
            throw CredentialFailure("\(profile.place): the token has ended at \(token.expiresAt). \(login)")
        }
        let portal =
            host["AWS_ENDPOINT_URL_SSO"].flatMap(AWSEndpoint.init(parsing:))
            ?? AWSEndpoint.regional(service: "portal.sso", region: region)
        let base = portal.path == "/" ? "\(portal)" : "\(portal)/"
        let url = "\(base)federation/credentials?role_name=\(role)&account_id=\(account)"
        let request = AWSHTTPRequest(
            method: "GET", url: url, headers: [("x-amz-sso_bearer_token", token.accessToken)], timeout: .seconds(10))
        let response: AWSHTTPResponse
        do throws(AWSTransportFailure) {
            response = try await transport.send(request)
        } catch {
            throw CredentialFailure("\(profile.place): \(portal) did not answer: \(error)")
        }
        guard response.status == 200 else {
            throw CredentialFailure("\(profile.place): \(portal) answered HTTP \(response.status). \(login)")
        }
        do {
            let keys = try JSONDecoder().decode(SignOnAnswer.self, from: Data(response.body)).roleCredentials
            return Credentials(
                key: SigningKeyPair(
                    accessKeyID: keys.accessKeyId, secretAccessKey: keys.secretAccessKey,
                    sessionToken: keys.sessionToken),
                expiresAt: Timestamp(seconds: keys.expiration / 1_000), origin: "single sign-on of \(profile.place)")
        } catch {
            throw CredentialFailure("\(profile.place): \(portal) answered without roleCredentials")
        }
    }

    // MARK: programs

    private struct Printed: Decodable {
        var version: Int
        var accessKeyID: String
        var secretAccessKey: String
        var sessionToken: String?
        var expiration: String?

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case accessKeyID = "AccessKeyId"
            case secretAccessKey = "SecretAccessKey"
            case sessionToken = "SessionToken"
            case expiration = "Expiration"
        }
    }

    private func run(_ command: String, of profile: SharedProfile) async throws(CredentialFailure) -> Credentials {
        guard let runCommand = host.runCommand else {
            throw CredentialFailure("\(profile.place): 'credential_process' cannot be run here.")
        }
        let output: [UInt8]
        do {
            output = try await runCommand(command)
        } catch {
            throw CredentialFailure("\(profile.place): credential_process '\(command)' \(error)")
        }
        let printed: Printed
        do {
            printed = try JSONDecoder().decode(Printed.self, from: Data(output))
        } catch {
            throw CredentialFailure(
                "\(profile.place): credential_process '\(command)' printed no Version, AccessKeyId and SecretAccessKey")
        }
        guard printed.version == 1 else {
            throw CredentialFailure(
                "\(profile.place): credential_process '\(command)' printed Version \(printed.version); 1 is known.")
        }
        return Credentials(
            key: SigningKeyPair(
                accessKeyID: printed.accessKeyID, secretAccessKey: printed.secretAccessKey,
                sessionToken: printed.sessionToken),
            expiresAt: printed.expiration.flatMap { Timestamp(parsing: $0) },
            origin: "credential_process of \(profile.place)")
    }
}

extension SharedProfile {
    /// Where it is written, for messages.
    var place: String { "profile '\(name)' in \(paths.joined(separator: ", "))" }

    /// A section of the config file.
    static func section(_ name: String, in host: HostEnvironment) -> SharedConfiguration.Section? {
        host.readFile(host.expand(host["AWS_CONFIG_FILE"] ?? "~/.aws/config"))
            .flatMap { SharedConfiguration(parsing: $0).sections[name] }
    }
}
