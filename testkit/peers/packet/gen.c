// gen -i IF -n COUNT -l LEN -m sendmmsg|send|tx2|tx3|stamp -r PPS(0=flat) -b BATCH -c CPU -q(qdisc bypass)
#include "common.h"
static void mkframe(uint8_t*f,int len,uint32_t seq){
  static const uint8_t h[14]={0x01,0x80,0xc2,0,0,0x0e,2,0,0,0,0,1,0x88,0xb5};
  memcpy(f,h,14);memcpy(f+14,&seq,4);}
int main(int c,char**v){
  char*ifn="va",*mode="sendmmsg";long n=100000;int len=64,batch=64,cp=-1,qb=0,o;double rate=0;
  while((o=getopt(c,v,"i:n:l:m:r:b:c:q"))>0)switch(o){case'i':ifn=optarg;break;case'n':n=atol(optarg);break;case'l':len=atoi(optarg);break;case'm':mode=optarg;break;case'r':rate=atof(optarg);break;case'b':batch=atoi(optarg);break;case'c':cp=atoi(optarg);break;case'q':qb=1;}
  pin(cp);
  long sent=0,again=0;double t0,t1,u0,s0,u1,s1;
  int fd=socket(AF_PACKET,SOCK_RAW,0);if(fd<0)DIE("socket");
  int one=1;if(qb&&setsockopt(fd,SOL_PACKET,PACKET_QDISC_BYPASS,&one,sizeof one))DIE("qb");
  struct sockaddr_ll a={.sll_family=AF_PACKET,.sll_ifindex=if_nametoindex(ifn)};
  uint8_t*ring=0;int fsz=2048,nf=4096;
  if(!strncmp(mode,"tx",2)){
    int ver=mode[2]=='3'?TPACKET_V3:TPACKET_V2;if(setsockopt(fd,SOL_PACKET,PACKET_VERSION,&ver,sizeof ver))DIE("ver");
    if(len>2048-64)fsz=16384;
    struct tpacket_req3 r={.tp_block_size=1<<18,.tp_block_nr=nf*fsz>>18,.tp_frame_size=fsz,.tp_frame_nr=nf};
    if(setsockopt(fd,SOL_PACKET,PACKET_TX_RING,&r,ver==TPACKET_V3?sizeof(struct tpacket_req3):sizeof(struct tpacket_req)))DIE("tx_ring");
    ring=mmap(0,(size_t)nf*fsz,PROT_READ|PROT_WRITE,MAP_SHARED,fd,0);if(ring==MAP_FAILED)DIE("mmap");
  }
  if(bind(fd,(void*)&a,sizeof a))DIE("bind");
  cpu(&u0,&s0);t0=now();
  if(ring){ int v3=mode[2]=='3';long head=0;
    int off=v3?TPACKET_ALIGN(sizeof(struct tpacket3_hdr)):TPACKET_ALIGN(sizeof(struct tpacket2_hdr));
    while(sent<n){
      int b=0;
      for(;b<batch&&sent+b<n;b++){
        uint8_t*h=ring+(size_t)(head%nf)*fsz;
        volatile uint32_t*st=v3?&((struct tpacket3_hdr*)h)->tp_status:&((struct tpacket2_hdr*)h)->tp_status;
        uint32_t s=__atomic_load_n(st,__ATOMIC_ACQUIRE);
        if(s!=TP_STATUS_AVAILABLE&&!(s&TP_STATUS_WRONG_FORMAT))break;
        mkframe(h+off,len,sent+b);
        if(v3){((struct tpacket3_hdr*)h)->tp_len=len;((struct tpacket3_hdr*)h)->tp_next_offset=0;}else ((struct tpacket2_hdr*)h)->tp_len=len;
        __atomic_store_n(st,TP_STATUS_SEND_REQUEST,__ATOMIC_RELEASE);head++;
      }
      if(send(fd,0,0,0)<0){again++;}
      sent+=b;
      if(rate>0){while(now()-t0<sent/rate);}
    }
  } else if(!strcmp(mode,"stamp")){ // one frame per 1/rate s, CLOCK_MONOTONIC at 18, sleeping between
    uint8_t f[16384];memset(f,0,sizeof f);
    while(sent<n){mkframe(f,len,sent);struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);uint64_t ns=t.tv_sec*1000000000ull+t.tv_nsec;memcpy(f+18,&ns,8);if(send(fd,f,len,0)<0)again++;sent++;usleep(1e6/rate);}
  } else if(!strcmp(mode,"send")){
    uint8_t f[16384];memset(f,0,sizeof f);
    while(sent<n){mkframe(f,len,sent);if(send(fd,f,len,0)<0){again++;continue;}sent++;if(rate>0)while(now()-t0<sent/rate);}
  } else {
    struct mmsghdr*m=calloc(batch,sizeof*m);struct iovec*io=calloc(batch,sizeof*io);uint8_t*buf=calloc(batch,16384);
    for(int i=0;i<batch;i++){io[i].iov_base=buf+i*16384;io[i].iov_len=len;m[i].msg_hdr.msg_iov=io+i;m[i].msg_hdr.msg_iovlen=1;}
    while(sent<n){int b=n-sent<batch?n-sent:batch;
      for(int i=0;i<b;i++)mkframe(buf+i*16384,len,sent+i);
      int r=sendmmsg(fd,m,b,0);if(r<0){again++;if(errno!=ENOBUFS&&errno!=EAGAIN)DIE("sendmmsg");continue;}sent+=r;
      if(rate>0)while(now()-t0<sent/rate);}
  }
  t1=now();cpu(&u1,&s1);
  printf("TX c-%s%s len=%d sent=%ld sec=%.3f pps=%.0f cpu_ns/frame=%.0f (user %.0f sys %.0f) retries=%ld\n",mode,qb?"-qb":"",len,sent,t1-t0,sent/(t1-t0),(u1-u0+s1-s0)*1e9/sent,(u1-u0)*1e9/sent,(s1-s0)*1e9/sent,again);
}
