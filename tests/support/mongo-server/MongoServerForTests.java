// A MongoDB server for tests: mongo-java-server with one user, whose password it checks by SCRAM-SHA-256 (RFC 7677) as MongoDB does. Says its port
// in one line and ends with its standard input, so that it outlives nobody.

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.Channel;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

public class MongoServerForTests {
    public static void main(String[] arguments) throws Exception {
        String user = System.getenv("MONGO_TEST_USER");
        String password = System.getenv("MONGO_TEST_PASSWORD");
        MongoBackend memory = new MemoryBackend().version(ServerVersion.MONGO_5_0);
        MongoServer server = new MongoServer(new WithLogin(memory, new Scram(user, password)));
        if (System.getenv("MONGO_TEST_CERTIFICATE") != null) enableTls(server);
        System.out.println("port " + server.bind().getPort());
        while (System.in.read() >= 0) {
            // Until whoever started it is gone.
        }
        server.shutdownNow();
        System.exit(0);
    }

    /** Files of PEM; the key is PKCS 8, of an elliptic curve. */
    private static void enableTls(MongoServer server) throws Exception {
        String pem = Files.readString(Path.of(System.getenv("MONGO_TEST_KEY"))).replaceAll("-----.*-----|\\s", "");
        PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
        try (InputStream certificate = Files.newInputStream(Path.of(System.getenv("MONGO_TEST_CERTIFICATE")))) {
            Certificate own = CertificateFactory.getInstance("X.509").generateCertificate(certificate);
            server.enableSsl(KeyFactory.getInstance("EC").generatePrivate(key), null, (X509Certificate) own);
        }
    }
}

/** What a client may do before it has logged in is to say who it is and ask who the server is. */
class WithLogin implements MongoBackend {
    private static final Set<String> BEFORE_LOGIN =
        Set.of("ismaster", "hello", "buildinfo", "saslstart", "saslcontinue", "endsessions", "ping", "logout");

    private final MongoBackend backend;
    private final Scram scram;
    private final Map<Channel, Scram.Conversation> conversations = new ConcurrentHashMap<>();

    WithLogin(MongoBackend backend, Scram scram) {
        this.backend = backend;
        this.scram = scram;
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        Document answer = answerLogin(channel, database, command, query);
        if (answer != null) return answer;
        answer = backend.handleCommand(channel, database, command, query);
        if (query.containsKey("saslSupportedMechs")) answer.put("saslSupportedMechs", List.of("SCRAM-SHA-256"));
        return answer;
    }

    @Override
    public Document handleMessage(MongoMessage message) {
        Document query = message.getDocument();
        String command = query.keySet().iterator().next();
        Document answer = answerLogin(message.getChannel(), message.getDatabaseName(), command, query);
        return answer != null ? answer : backend.handleMessage(message);
    }

    private Document answerLogin(Channel channel, String database, String command, Document query) {
        String name = command.toLowerCase();
        if (name.equals("saslstart")) conversations.put(channel, scram.converse());
        Scram.Conversation conversation = conversations.get(channel);
        if (name.equals("saslstart") || name.equals("saslcontinue")) {
            try {
                if (!database.equals("admin")) throw new SecurityException();
                byte[] payload = ((BinData) binary(query.get("payload"))).getData();
                return conversation.answer(new String(payload, StandardCharsets.UTF_8));
            } catch (Exception error) {
                conversations.remove(channel);
                throw new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
            }
        }
        boolean isKnown = conversation != null && conversation.isDone();
        if (isKnown || BEFORE_LOGIN.contains(name)) return null;
        throw new MongoServerError(13, "Unauthorized", "command " + command + " requires authentication");
    }

    private static Object binary(Object payload) {
        return payload instanceof byte[] ? new BinData((byte[]) payload) : payload;
    }

    @Override
    public void handleClose(Channel channel) {
        conversations.remove(channel);
        backend.handleClose(channel);
    }

    @Override
    public QueryResult handleQuery(MongoQuery query) {
        throw new MongoServerError(13, "Unauthorized", "legacy queries are not answered");
    }

    @Override
    public void dropDatabase(String database) {
        backend.dropDatabase(database);
    }

    @Override
    public Collection<Document> getCurrentOperations(MongoQuery query) {
        return backend.getCurrentOperations(query);
    }

    @Override
    public Document getServerStatus() {
        return backend.getServerStatus();
    }

    @Override
    public void close() {
        backend.close();
    }

    @Override
    public void closeCursors(List<Long> ids) {
        backend.closeCursors(ids);
    }

    @Override
    public Clock getClock() {
        return backend.getClock();
    }

    @Override
    public void enableOplog() {
        backend.enableOplog();
    }

    @Override
    public void disableOplog() {
        backend.disableOplog();
    }

    @Override
    public MongoDatabase resolveDatabase(String database) {
        return backend.resolveDatabase(database);
    }

    @Override
    public MongoBackend version(MongoVersion version) {
        return backend.version(version);
    }
}

/** The server's side of SCRAM-SHA-256 for one user. */
class Scram {
    private static final int ITERATIONS = 4096;

    private final String user;
    private final byte[] salt = random(16);
    private final byte[] salted;

    Scram(String user, String password) throws Exception {
        this.user = user;
        PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, 256);
        this.salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    }

    Conversation converse() {
        return new Conversation();
    }

    class Conversation {
        private String clientFirst;
        private String serverFirst;
        private boolean isDone;

        boolean isDone() {
            return isDone;
        }

        Document answer(String message) throws Exception {
            if (clientFirst == null) return answerFirst(message);
            if (isDone) return reply("", true);
            return answerFinal(message);
        }

        /** `n,,n=user,r=nonce` */
        private Document answerFirst(String message) {
            clientFirst = message.substring(message.indexOf(",,") + 2);
            String name = field(clientFirst, "n").replace("=2C", ",").replace("=3D", "=");
            if (!name.equals(user)) throw new SecurityException();
            String nonce = field(clientFirst, "r") + base64(random(18));
            serverFirst = "r=" + nonce + ",s=" + base64(salt) + ",i=" + ITERATIONS;
            return reply(serverFirst, false);
        }

        /** `c=biws,r=nonce,p=proof` */
        private Document answerFinal(String message) throws Exception {
            String withoutProof = message.substring(0, message.lastIndexOf(",p="));
            if (!field(withoutProof, "r").equals(field(serverFirst, "r"))) throw new SecurityException();
            String all = clientFirst + "," + serverFirst + "," + withoutProof;
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] stored = MessageDigest.getInstance("SHA-256").digest(clientKey);
            byte[] signature = hmac(stored, all);
            byte[] proof = Base64.getDecoder().decode(message.substring(message.lastIndexOf(",p=") + 3));
            for (int index = 0; index < proof.length; index++) proof[index] ^= signature[index];
            if (!MessageDigest.isEqual(proof, clientKey)) throw new SecurityException();
            isDone = true;
            return reply("v=" + base64(hmac(hmac(salted, "Server Key"), all)), true);
        }
    }

    private static Document reply(String payload, boolean isDone) {
        return new Document("conversationId", 1)
            .append("done", isDone)
            .append("payload", new BinData(payload.getBytes(StandardCharsets.UTF_8)))
            .append("ok", 1.0);
    }

    private static String field(String message, String name) {
        for (String part : message.split(",")) if (part.startsWith(name + "=")) return part.substring(2);
        throw new SecurityException();
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
